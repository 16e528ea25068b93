import { useState } from 'react';
import { parseTime } from '../format/parse-time';
import { isKey } from '../keys/shortcuts';

interface Props {
  label: string;
  /** 09:30, or nothing. */
  value: string;
  onChange: (value: string) => void;
  className?: string | undefined;
}

/** 24 hours whatever the browser's own language is. */
export function TimeInput({ label, value, onChange, className }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const take = () => {
    if (typed === null) return;
    const time = parseTime(typed);
    if (time !== null) onChange(time);
    setTyped(null);
  };
  return (
    <input
      className={className}
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
