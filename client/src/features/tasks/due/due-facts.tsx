import { MessageCircle, Phone as PhoneIcon, UsersRound } from 'lucide-react';
import type { Due } from '@/shared/hints/frames';
import { useLocale } from '@/shared/i18n/use-locale';
import { useNow } from '@/shared/time/use-now';
import { DateTime, Phone, Said } from '@/shared/ui/text';
import styles from './due-modal.module.css';
import { isPhone } from '@/shared/customers/reach';

const icons = { call: PhoneIcon, whatsapp: MessageCircle, meeting: UsersRound };

/** Whom it is about, when it was due, and what was noted. */
export function DueFacts({ due }: { due: Due }) {
  const { t, format } = useLocale();
  const now = useNow(15_000);
  const Icon = icons[due.channel];
  const { customer } = due;
  return (
    <div className={styles.facts}>
      <p className={styles.line}>
        <Icon size={18} aria-label={t(`call.channel.${due.channel}`)} />
        {customer ? (
          <>
            <Said className={styles.name}>{customer.name}</Said>
            {isPhone(customer.phone) && (
              <span className={styles.phone}>
                <Phone number={customer.phone} />
              </span>
            )}
          </>
        ) : (
          <span>{t(`call.channel.${due.channel}`)}</span>
        )}
      </p>
      <p className={styles.when}>
        <DateTime at={due.due_at} />
        <span>{format.relative(due.due_at, new Date(now))}</span>
        {due.snooze_count > 0 && <span>{t('due.snoozedTimes', { count: due.snooze_count })}</span>}
      </p>
      {due.notes && (
        <p className={styles.notes} dir="auto">
          {due.notes}
        </p>
      )}
    </div>
  );
}
