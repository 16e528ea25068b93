import type { Customer } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Said } from '@/shared/ui/text';
import styles from './card.module.css';
import type { Edit } from './edits';

export interface Conflict {
  edit: Edit;
  current: Customer;
}

interface Props {
  conflict: Conflict;
  mine: Customer;
  onKeep: () => void;
  onMine: () => void;
}

/** Two people changed the same thing: both are shown, and one is chosen. */
export function ConflictDialog({ conflict: { edit, current }, mine, onKeep, onMine }: Props) {
  const { t } = useLocale();
  return (
    <Dialog
      open
      onClose={onKeep}
      title={t('customers.conflict', { what: t(edit.label) })}
      text={t('customers.conflictText')}
      footer={
        <>
          <Button onClick={onKeep}>{t('customers.keepTheirs')}</Button>
          <Button look="primary" onClick={onMine}>
            {t('customers.keepMine')}
          </Button>
        </>
      }
    >
      <dl className={styles.versions}>
        <div>
          <dt>{t('customers.theirs')}</dt>
          <dd>
            <Said>{edit.of(current) || '–'}</Said>
          </dd>
        </div>
        <div>
          <dt>{t('customers.yours')}</dt>
          <dd>
            <Said>{edit.of(mine) || '–'}</Said>
          </dd>
        </div>
      </dl>
    </Dialog>
  );
}
