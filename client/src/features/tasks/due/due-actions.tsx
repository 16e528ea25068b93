import { AlarmClock, CheckCheck, Eye, MessageCircle, Phone as PhoneIcon } from 'lucide-react';
import { useState } from 'react';
import type { Due } from '@/shared/hints/frames';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { MomentField } from '@/shared/ui/moment-field';
import styles from './due-modal.module.css';
import { isPhone } from '@/shared/customers/reach';
import { primaryOf, type Act } from './use-due-actions';

const HOUR_MS = 3_600_000;

/** The answers, each with its key: the Latin letter and what the same key gives on a Hebrew layout. */
export function DueActions({ due, act, keys }: { due: Due; act: Act; keys: boolean }) {
  const { t } = useLocale();
  const [choosing, setChoosing] = useState<string | null>(null);
  const primary = primaryOf(due);
  const reachable = isPhone(due.customer?.phone);
  const key = (text: string) =>
    keys && (
      <kbd dir="ltr" aria-hidden>
        {text}
      </kbd>
    );
  return (
    <>
      <div className={styles.actions}>
        {reachable && (
          <Button
            look={primary === 'call' ? 'primary' : 'plain'}
            className={styles.big}
            onClick={() => act('call')}
            aria-keyshortcuts={primary === 'call' ? 'Enter' : undefined}
          >
            <PhoneIcon size={18} aria-hidden />
            {t('due.call')}
            {primary === 'call' && key('Enter')}
          </Button>
        )}
        {reachable && (
          <Button
            look={primary === 'whatsapp' ? 'primary' : 'plain'}
            className={styles.big}
            onClick={() => act('whatsapp')}
            aria-keyshortcuts="W"
          >
            <MessageCircle size={18} aria-hidden />
            {t('due.whatsapp')}
            {key('W · ׳')}
          </Button>
        )}
        <Button className={styles.big} onClick={() => act('done')} aria-keyshortcuts="D">
          <CheckCheck size={18} aria-hidden />
          {t('due.done')}
          {key('D · ג')}
        </Button>
        <Button
          look={primary === 'seen' ? 'primary' : 'quiet'}
          className={styles.big}
          onClick={() => act('seen')}
          aria-keyshortcuts="A"
        >
          <Eye size={18} aria-hidden />
          {t('due.seen')}
          {key(primary === 'seen' ? 'Enter' : 'A · ש')}
        </Button>
      </div>
      <div className={styles.snooze} role="group" aria-label={t('due.snooze')}>
        <span className={styles.snoozeLabel}>
          <AlarmClock size={18} aria-hidden />
          {t('due.snooze')}
        </span>
        {([5, 15, 60] as const).map((minutes, index) => (
          <Button key={minutes} onClick={() => act(`snooze${minutes}`)} aria-keyshortcuts={String(index + 1)}>
            {t('due.minutes', { count: minutes })}
            {key(minutes === 5 ? 'S · ד' : String(index + 1))}
          </Button>
        ))}
        <Button
          look="quiet"
          aria-expanded={choosing !== null}
          onClick={() =>
            setChoosing((open) => (open === null ? new Date(Date.now() + HOUR_MS).toISOString() : null))
          }
        >
          {t('due.choose')}
        </Button>
      </div>
      {choosing !== null && (
        <div className={styles.choose}>
          <MomentField label={t('due.until')} value={choosing} onChange={setChoosing} />
          <Button look="primary" onClick={() => act({ until: choosing })}>
            {t('due.snoozeSubmit')}
          </Button>
        </div>
      )}
    </>
  );
}
