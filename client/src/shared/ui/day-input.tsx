import { CalendarDays } from 'lucide-react';
import { useRef, useState } from 'react';
import { parseDay } from '../format/parse-day';
import { useLocale } from '../i18n/use-locale';
import { isKey } from '../keys/shortcuts';
import styles from './day-input.module.css';

interface Props {
  label: string;
  /** 2026-11-21, or nothing. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  id?: string;
}

/**
 * A day as dd/mm/yyyy whatever the browser's own language is: it is typed, or taken from the device's calendar. The
 * platform's date field alone would show its own order of day and month.
 */
export function DayInput({ label, value, onChange, id }: Props) {
  const { format, t } = useLocale();
  const [typed, setTyped] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const shown = typed ?? (value ? format.day(value) : '');
  const take = () => {
    if (typed === null) return;
    const day = parseDay(typed);
    if (day !== null) onChange(day || undefined);
    setTyped(null);
  };
  return (
    <span className={styles.day} dir="ltr">
      <input
        id={id}
        aria-label={label}
        className={styles.text}
        inputMode="numeric"
        placeholder="dd/mm/yyyy"
        maxLength={10}
        value={shown}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (isKey(event, 'Enter')) take();
        }}
      />
      <button
        type="button"
        aria-label={t('form.calendar', { label })}
        onClick={() => picker.current?.showPicker()}
      >
        <CalendarDays size={16} aria-hidden />
      </button>
      <input
        ref={picker}
        type="date"
        className={styles.picker}
        tabIndex={-1}
        aria-hidden
        value={value ?? ''}
        onChange={(event) => {
          setTyped(null);
          onChange(event.target.value || undefined);
        }}
      />
    </span>
  );
}
