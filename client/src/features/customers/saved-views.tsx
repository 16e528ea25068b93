import { useQuery } from '@tanstack/react-query';
import { Bookmark, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import type { TableState } from '@/shared/table/use-table-state';
import { Button, IconButton } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { Panel } from '@/shared/ui/panel';
import { Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useRemoveView, useSaveView, viewsQuery } from './api/views';
import styles from './customers.module.css';
import { patchOf, sameView, viewOf } from './view-address';

/** Filters, order and columns under a name; a view is nothing but an address. */
export function SavedViews({ state }: { state: TableState }) {
  const { t } = useLocale();
  const [open, setOpen] = useState(false);
  const { data: views = [] } = useQuery(viewsQuery);
  const now = viewOf(state.search);
  const current = views.find((one) => sameView(one.query, now));
  return (
    <Panel
      label={t('customers.views')}
      open={open}
      onOpen={setOpen}
      trigger={
        <Button>
          <Bookmark size={18} aria-hidden />
          {current ? <Said>{current.name}</Said> : t('customers.views')}
        </Button>
      }
    >
      {views.length === 0 && <p className={styles.hint}>{t('customers.viewsNone')}</p>}
      <Views state={state} current={current?.id} onChosen={() => setOpen(false)} />
      {!current && Object.keys(now).length > 0 && <SaveForm view={now} />}
    </Panel>
  );
}

interface ListProps {
  state: TableState;
  current: number | undefined;
  onChosen: () => void;
}

function Views({ state, current, onChosen }: ListProps) {
  const { t } = useLocale();
  const me = useMe();
  const toast = useToast();
  const errorText = useErrorText();
  const { data: views = [] } = useQuery(viewsQuery);
  const remove = useRemoveView();
  const save = useSaveView();
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  return (
    <ul>
      {views.map((view) => (
        <li key={view.id} className={styles.view}>
          <button
            type="button"
            aria-current={view.id === current || undefined}
            onClick={() => {
              state.patch(patchOf(view.query));
              onChosen();
            }}
          >
            <Said>{view.name}</Said>
          </button>
          {view.shared && <UsersRound size={16} aria-label={t('customers.viewShared')} />}
          {(view.mine || me.manages) && (
            <IconButton
              small
              label={t('customers.viewRemove', { name: view.name })}
              onClick={() =>
                void remove
                  .mutateAsync(view.id)
                  .then(() =>
                    toast.show({
                      text: t('customers.viewRemoved', { name: view.name }),
                      undo: () =>
                        void save
                          .mutateAsync({ name: view.name, query: view.query, shared: view.shared })
                          .catch(failed),
                    }),
                  )
                  .catch(failed)
              }
            >
              <Trash2 size={16} aria-hidden />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  );
}

function SaveForm({ view }: { view: Record<string, string> }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const save = useSaveView();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  return (
    <form
      className={styles.saveView}
      onSubmit={(event) => {
        event.preventDefault();
        if (!name.trim()) return;
        save.mutate(
          { name: name.trim(), query: view, shared },
          {
            onSuccess: () => toast.show({ text: t('customers.viewSaved', { name: name.trim() }) }),
            onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
          },
        );
      }}
    >
      <TextField
        label={t('customers.viewSave')}
        placeholder={t('customers.viewName')}
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <label className={forms.choice}>
        <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />
        {t('customers.viewShared')}
      </label>
      <Button type="submit" look="primary" busy={save.isPending} disabled={!name.trim()}>
        {t('action.save')}
      </Button>
    </form>
  );
}
