import { useQuery } from '@tanstack/react-query';
import { CircleDot, Merge, Tag, Trash2, UserRoundCheck, X } from 'lucide-react';
import { useState } from 'react';
import type { BulkDo } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { assigneesQuery } from '@/shared/people/list-assignees';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { TextField } from '@/shared/ui/field';
import { Said } from '@/shared/ui/text';
import forms from '@/shared/ui/form.module.css';
import styles from './customers.module.css';
import { MergeDialog } from './merge-dialog';
import { useBulkWork, type Work } from './use-bulk-work';
import { statuses } from './words';

interface Props extends Work {
  /** How many the filter means; more than are picked, all of them can be. */
  total: number;
  onEverybody: () => void;
}

/** Of one merge. */
const MOST_MERGED = 20;

/** What can be done with those that are picked; each with a way back for eight seconds. */
export function BulkBar(props: Props) {
  const { picked, everybody, total, onDone, onEverybody } = props;
  const { t } = useLocale();
  const { data: assignees = [] } = useQuery(assigneesQuery);
  const [tagging, setTagging] = useState(false);
  const [merging, setMerging] = useState(false);
  const [sure, setSure] = useState<BulkDo | null>(null);
  const { run: start, busy } = useBulkWork(props);
  const count = everybody ? total : picked.length;
  // What has no way back is asked about.
  const run = (work: BulkDo) => (everybody ? setSure(work) : start(work));
  return (
    <div
      className={styles.bulk}
      role="region"
      aria-label={t('customers.picked', { count })}
      data-action-bar=""
    >
      <strong aria-live="polite">{t('customers.picked', { count })}</strong>
      <Menu
        align="start"
        trigger={
          <Button small disabled={busy}>
            <UserRoundCheck size={16} aria-hidden />
            {t('customers.assign')}
          </Button>
        }
      >
        {assignees.map((one) => (
          <MenuItem key={one.id} onSelect={() => run({ assign: one.id })}>
            <Said>{one.name}</Said>
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => run({ assign: 0 })}>{t('customers.nobodys')}</MenuItem>
      </Menu>
      <Button small disabled={busy} onClick={() => setTagging(true)}>
        <Tag size={16} aria-hidden />
        {t('customers.addTag')}
      </Button>
      <Menu
        align="start"
        trigger={
          <Button small disabled={busy}>
            <CircleDot size={16} aria-hidden />
            {t('customers.status')}
          </Button>
        }
      >
        {statuses.map((one) => (
          <MenuItem key={one} onSelect={() => run({ status: one })}>
            {t(`customers.status.${one}`)}
          </MenuItem>
        ))}
      </Menu>
      <Button small disabled={busy} onClick={() => run({ delete: true })}>
        <Trash2 size={16} aria-hidden />
        {t('action.delete')}
      </Button>
      {!everybody && count > 1 && count <= MOST_MERGED && (
        <Button small disabled={busy} onClick={() => setMerging(true)}>
          <Merge size={16} aria-hidden />
          {t('customers.merge')}
        </Button>
      )}
      <span className={styles.space} />
      {!everybody && total > count && (
        <Button small look="quiet" className={styles.everybody} onClick={onEverybody}>
          {t('customers.pickAll', { count: total })}
        </Button>
      )}
      <Button small look="quiet" className={styles.close} onClick={onDone}>
        <X size={16} aria-hidden />
        {t('customers.unpickAll')}
      </Button>
      {merging && <MergeDialog picked={picked} onClose={() => setMerging(false)} onDone={onDone} />}
      {sure && (
        <Dialog
          open
          onClose={() => setSure(null)}
          title={t('customers.sure', { count })}
          text={t('customers.sureText')}
          footer={
            <>
              <Button onClick={() => setSure(null)}>{t('action.cancel')}</Button>
              <Button
                look={'delete' in sure ? 'danger' : 'primary'}
                onClick={() => {
                  setSure(null);
                  start(sure);
                }}
              >
                {t('delete' in sure ? 'action.delete' : 'action.continue')}
              </Button>
            </>
          }
        >
          {null}
        </Dialog>
      )}
      {tagging && (
        <TagDialog
          count={count}
          onClose={() => setTagging(false)}
          onTag={(tag) => {
            setTagging(false);
            run({ tag });
          }}
        />
      )}
    </div>
  );
}

interface TagProps {
  count: number;
  onClose: () => void;
  onTag: (tag: string) => void;
}

function TagDialog({ count, onClose, onTag }: TagProps) {
  const { t } = useLocale();
  const [tag, setTag] = useState('');
  return (
    <Dialog open onClose={onClose} title={t('customers.tagMany', { count })}>
      <form
        className={forms.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (tag.trim()) onTag(tag.trim());
        }}
      >
        <TextField
          label={t('customers.tag')}
          autoFocus
          maxLength={40}
          value={tag}
          onChange={(event) => setTag(event.target.value)}
        />
        <div className={forms.buttons}>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" disabled={!tag.trim()}>
            {t('action.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
