import { useState } from 'react';
import type { Span } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { isKey } from '@/shared/keys/shortcuts';
import hours from './hours.module.css';
import { parseTime } from './hours-rules';

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
      <Time
        label={t('settings.hoursFrom', { day })}
        value={span.from}
        onChange={(from) => onChange({ ...span, from })}
      />
      <span aria-hidden>–</span>
      <Time
        label={t('settings.hoursTo', { day })}
        value={span.to}
        onChange={(to) => onChange({ ...span, to })}
      />
    </span>
  );
}

/** 24 hours whatever the browser's own language is. */
function Time({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const take = () => {
    if (typed === null) return;
    const time = parseTime(typed);
    if (time !== null) onChange(time);
    setTyped(null);
  };
  return (
    <input
      className={hours.time}
      aria-label={label}
      inputMode="numeric"
      placeholder="00:00"
      maxLength={5}
      value={typed ?? value}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (isKey(event, 'Enter')) take();
      }}
    />
  );
}
