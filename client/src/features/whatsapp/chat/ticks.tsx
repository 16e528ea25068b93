import { Check, CheckCheck, CircleAlert, CircleHelp, Clock } from 'lucide-react';
import type { MessageStatus, WhatsAppMessage } from '@/shared/api/whatsapp';
import { useLocale } from '@/shared/i18n/use-locale';
import styles from './chat.module.css';

const icons = {
  queued: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
  uncertain: CircleHelp,
} as const;

/** How far a message of ours has come; its words and moments for who points at it, or hears it. */
export function Ticks({ status, at = {} }: { status: MessageStatus; at?: WhatsAppMessage['status_at'] }) {
  const { t, format } = useLocale();
  const Icon = icons[status];
  const steps = (['sent', 'delivered', 'read', 'failed'] as const).flatMap((step) => {
    const when = at[step];
    return when ? [`${t(`whatsapp.status.${step}`)} ${format.dateTime(when)}`] : [];
  });
  return (
    <span
      className={styles.ticks}
      data-status={status}
      title={steps.join('\n') || t(`whatsapp.status.${status}`)}
    >
      <Icon size={16} aria-hidden />
      <span className="hidden-visually">{t(`whatsapp.status.${status}`)}</span>
    </span>
  );
}
