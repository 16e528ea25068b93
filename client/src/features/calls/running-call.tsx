import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { PhoneForwarded, PhoneOff } from 'lucide-react';
import type { CallDetail } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { takeOverQuery, useHangUp, useTakeOver } from '@/shared/calls/outgoing';
import { OutgoingState } from '@/shared/calls/outgoing-state';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { useToast } from '@/shared/ui/use-toast';
import styles from './calls.module.css';

/** What somebody does about a call that runs: takes it over, with the customer's card in sight before the first word, or ends it. */
export function RunningCall({ call }: { call: CallDetail }) {
  const { t } = useLocale();
  const toast = useToast();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const take = useTakeOver(call.id);
  const hangUp = useHangUp();
  const { data: taken } = useQuery(takeOverQuery(call.id));
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  const moving = taken != null && !taken.ended_at;
  return (
    <div className={styles.running}>
      <Button
        small
        look="primary"
        busy={take.isPending}
        disabled={moving || call.direction === 'outbound'}
        onClick={() =>
          take.mutate(undefined, {
            onError: failed,
            onSuccess: ({ customer_id: customer }) => {
              if (customer != null)
                void navigate({ to: '/customers/$customerId', params: { customerId: String(customer) } });
            },
          })
        }
      >
        <PhoneForwarded size={16} aria-hidden />
        {t('outgoing.takeOver')}
      </Button>
      <Button small busy={hangUp.isPending} onClick={() => hangUp.mutate(call.id, { onError: failed })}>
        <PhoneOff size={16} aria-hidden />
        {t('outgoing.hangUp')}
      </Button>
      <OutgoingState call={taken} />
    </div>
  );
}
