import type { Span } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { TimeInput } from '@/shared/ui/time-input';
import hours from './hours.module.css';

interface Props {
  span: Span;
  day: string;
  onChange: (span: Span) => void;
}

/** From and until; earlier is at the left in every language, as on a clock's dial of hours. */
export function SpanFields({ span, day, onChange }: Props) {
  const { t } = useLocale();
  return (
    <span className={hours.fields} dir="ltr">
      <TimeInput
        className={hours.time}
        label={t('settings.hoursFrom', { day })}
        value={span.from}
        onChange={(from) => onChange({ ...span, from })}
      />
      <span aria-hidden>–</span>
      <TimeInput
        className={hours.time}
        label={t('settings.hoursTo', { day })}
        value={span.to}
        onChange={(to) => onChange({ ...span, to })}
      />
    </span>
  );
}
