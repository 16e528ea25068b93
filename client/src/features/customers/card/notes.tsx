import { useInfiniteQuery } from '@tanstack/react-query';
import { NotebookPen, Pencil, Trash2 } from 'lucide-react';
import { useState, type ReactNode, type Ref } from 'react';
import type { TimelineItem } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { isKey } from '@/shared/keys/shortcuts';
import { useNames } from '@/shared/people/use-names';
import { useMe } from '@/shared/session/me';
import { Button, IconButton } from '@/shared/ui/button';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { DateTime, Said } from '@/shared/ui/text';
import { TextArea } from '@/shared/ui/field';
import { More } from '@/shared/ui/more';
import { useRemoval, useRemoved } from '@/shared/ui/use-removal';
import { useToast } from '@/shared/ui/use-toast';
import { useNotes } from '../api/notes';
import { timelineQuery } from '../api/timeline';
import styles from './notes.module.css';
import { fact } from './timeline-words';

const MOST = 10_000;

/** What people wrote down. */
export function Notes({ id, field }: { id: number; field?: Ref<HTMLTextAreaElement> }) {
  const { t } = useLocale();
  const removed = useRemoved();
  const query = useInfiniteQuery(timelineQuery(id, ['note']));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = items.filter((item) => !removed.has(`note:${item.ref}`));
  return (
    <section className={styles.notes} aria-label={t('customers.tab.notes')}>
      <NoteForm id={id} {...(field && { field })} />
      {query.isError && !query.data ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines lines={4} />
      ) : shown.length === 0 ? (
        <Empty icon={NotebookPen} title={t('customers.notesEmpty')} text={t('customers.notesEmptyText')} />
      ) : (
        <ul className={styles.list}>
          {shown.map((item) => (
            <Note key={item.id} id={id} item={item} />
          ))}
        </ul>
      )}
      <More query={query} />
    </section>
  );
}

interface FormProps {
  id: number;
  field?: Ref<HTMLTextAreaElement>;
}

/** Ctrl or ⌘ with Enter keeps it. */
export function NoteForm({ id, field }: FormProps) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const notes = useNotes(id);
  const [text, setText] = useState('');
  const save = () => {
    if (!text.trim() || notes.isPending) return;
    notes.mutate(
      { do: 'add', text: text.trim() },
      {
        onSuccess: () => setText(''),
        onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
      },
    );
  };
  return (
    <Writing
      {...(field && { field })}
      label={t('customers.noteNew')}
      placeholder={t('customers.notePlaceholder')}
      rows={2}
      text={text}
      onText={setText}
      onSave={save}
    >
      <Button type="submit" look="primary" busy={notes.isPending} disabled={!text.trim()}>
        {t('action.add')}
      </Button>
    </Writing>
  );
}

interface WritingProps {
  field?: Ref<HTMLTextAreaElement>;
  label: string;
  placeholder?: string;
  rows?: number;
  autoFocus?: boolean;
  text: string;
  onText: (text: string) => void;
  onSave: () => void;
  onGiveUp?: () => void;
  children: ReactNode;
}

/** A note being written, whether it is new or was there. */
function Writing({ field, label, text, onText, onSave, onGiveUp, children, ...rest }: WritingProps) {
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      <TextArea
        {...(field && { ref: field })}
        {...rest}
        label={label}
        labelHidden
        maxLength={MOST}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(press) => {
          if (isKey(press, 'Enter') && (press.ctrlKey || press.metaKey)) onSave();
          if (isKey(press, 'Escape')) onGiveUp?.();
        }}
      />
      {children}
    </form>
  );
}

function Note({ id, item }: { id: number; item: TimelineItem }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const notes = useNotes(id);
  const removal = useRemoval();
  const me = useMe();
  const nameOf = useNames();
  const text = item.title;
  const author = Number(fact(item, 'by') ?? 0);
  const mine = author === me.user.id || me.manages;
  const version = Number(fact(item, 'version') ?? 0);
  const [typed, setTyped] = useState<string | null>(null);
  const by = nameOf(author);
  const save = () => {
    const next = typed?.trim();
    if (!next || next === text) {
      setTyped(null);
      return;
    }
    notes.mutate(
      { do: 'change', note: item.ref, text: next, version },
      {
        onSuccess: () => setTyped(null),
        onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
      },
    );
  };
  return (
    <li className={styles.note}>
      {typed === null ? (
        <p dir="auto" className={styles.text}>
          {text}
        </p>
      ) : (
        <Writing
          label={t('customers.noteEdit')}
          autoFocus
          text={typed}
          onText={setTyped}
          onSave={save}
          onGiveUp={() => setTyped(null)}
        >
          <Button type="submit" look="primary" busy={notes.isPending}>
            {t('action.save')}
          </Button>
        </Writing>
      )}
      <footer className={styles.foot}>
        <DateTime at={item.ts} />
        {by && <Said>{by}</Said>}
        {item.meta.edited === true && <span>{t('customers.noteEdited')}</span>}
        {mine && (
          <span className={styles.tools}>
            <IconButton small label={t('customers.noteEdit')} onClick={() => setTyped(text)}>
              <Pencil size={16} aria-hidden />
            </IconButton>
            <IconButton
              small
              label={t('customers.noteRemove')}
              onClick={() =>
                removal({
                  key: `note:${item.ref}`,
                  text: t('customers.noteRemoved'),
                  commit: () => notes.mutateAsync({ do: 'remove', note: item.ref }),
                })
              }
            >
              <Trash2 size={16} aria-hidden />
            </IconButton>
          </span>
        )}
      </footer>
    </li>
  );
}
