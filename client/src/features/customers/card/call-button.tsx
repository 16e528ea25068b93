import { useQuery } from '@tanstack/react-query';
import { PhoneCall } from 'lucide-react';
import { useErrorText } from '@/shared/api/use-error-text';
import { outgoingQuery, useStartCall } from '@/shared/calls/outgoing';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { useToast } from '@/shared/ui/use-toast';

/** Rings one's own phone, and then the customer's. Refusals are told in words. */
export function CallButton({ id }: { id: number }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const start = useStartCall(id);
  const { data: call } = useQuery(outgoingQuery(id));
  const running = call != null && !call.ended_at;
  return (
    <Button
      look="primary"
      busy={start.isPending}
      disabled={running}
      onClick={() =>
        start.mutate(undefined, {
          onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
        })
      }
    >
      <PhoneCall size={18} aria-hidden />
      {t('customers.call')}
    </Button>
  );
}
