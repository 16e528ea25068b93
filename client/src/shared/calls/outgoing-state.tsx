import { PhoneOff } from 'lucide-react';
import type { OutgoingCall } from '../api/types';
import { useErrorText } from '../api/use-error-text';
import { useLocale } from '../i18n/use-locale';
import { useNow } from '../time/use-now';
import { Banner } from '../ui/banner';
import { Button } from '../ui/button';
import { useToast } from '../ui/use-toast';
import { useHangUp } from './outgoing';

/** How long the end of a call is told of. */
const TOLD_MS = 60_000;

/** How far a call is that somebody makes or takes over, and how it ended, for a minute. */
export function OutgoingState({ call }: { call: OutgoingCall | null | undefined }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const hangUp = useHangUp();
  const now = useNow(5000);
  if (!call) return null;
  const { call_id: id, ended_at: ended, outcome, kind } = call;
  if (ended) {
    if (!outcome || now - Date.parse(ended) > TOLD_MS) return null;
    return (
      <Banner tone={outcome === 'completed' ? 'good' : 'warn'}>{t(`outgoing.outcome.${outcome}`)}</Banner>
    );
  }
  const talking = kind === 'take_over' && call.accepted_at ? 'outgoing.taken' : undefined;
  return (
    <Banner tone="info">
      <span role="status">{t(talking ?? `outgoing.state.${call.state}`)}</span>
      {kind === 'bridge' && id && (
        <Button
          small
          look="quiet"
          busy={hangUp.isPending}
          onClick={() =>
            hangUp.mutate(id, {
              onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
            })
          }
        >
          <PhoneOff size={16} aria-hidden />
          {t('outgoing.hangUp')}
        </Button>
      )}
    </Banner>
  );
}
