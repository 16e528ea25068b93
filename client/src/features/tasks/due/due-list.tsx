import * as Radix from '@radix-ui/react-dialog';
import { BellRing } from 'lucide-react';
import type { Due } from '@/shared/hints/frames';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { DateTime, Phone, Said } from '@/shared/ui/text';
import styles from './due-modal.module.css';
import { isPhone } from '@/shared/customers/reach';
import { useDueActions, type Act } from './use-due-actions';

/** Many at once, as after a night without an engine: one list instead of a flood, each with its answers. */
export function DueList({ ringing }: { ringing: readonly Due[] }) {
  const { t } = useLocale();
  return (
    <div className={styles.one}>
      <header className={styles.header}>
        <span className={styles.icon}>
          <BellRing size={28} aria-hidden />
        </span>
        <Radix.Title className={styles.title}>{t('due.many', { count: ringing.length })}</Radix.Title>
      </header>
      <ul className={styles.list}>
        {ringing.map((due) => (
          <Row key={due.reminder_id} due={due} />
        ))}
      </ul>
    </div>
  );
}

function Row({ due }: { due: Due }) {
  const { t } = useLocale();
  const act: Act = useDueActions(due);
  return (
    <li className={styles.row}>
      <span className={styles.what}>
        <Said className={styles.name}>{due.title}</Said>
        <span className={styles.when}>
          <DateTime at={due.due_at} />
          {due.customer && <Said>{due.customer.name}</Said>}
          {isPhone(due.customer?.phone) && <Phone number={due.customer.phone} />}
        </span>
      </span>
      <span className={styles.rowActions}>
        {isPhone(due.customer?.phone) && (
          <Button small onClick={() => act('call')}>
            {t('due.call')}
          </Button>
        )}
        <Button small onClick={() => act('snooze15')}>
          {t('due.minutes', { count: 15 })}
        </Button>
        <Button small onClick={() => act('done')}>
          {t('due.done')}
        </Button>
        <Button small look="quiet" onClick={() => act('seen')}>
          {t('due.seen')}
        </Button>
      </span>
    </li>
  );
}
