import type { CallStatus } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge, type Tone } from '@/shared/ui/badge';

const tones: Record<CallStatus, Tone> = {
  ringing: 'live',
  in_progress: 'live',
  completed: 'good',
  busy: 'warn',
  no_answer: 'warn',
  canceled: 'quiet',
  failed: 'bad',
};

export function StatusBadge({ status }: { status: CallStatus }) {
  const { t } = useLocale();
  return (
    <Badge tone={tones[status]} dot>
      {t(`call.${status}`)}
    </Badge>
  );
}
