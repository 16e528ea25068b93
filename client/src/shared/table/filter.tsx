import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { DayInput } from '../ui/day-input';
import styles from './filter.module.css';

interface Props {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** One value of a few. */
export function FilterSelect({ label, value, onChange, children }: Props & { children: ReactNode }) {
  return (
    <span className={styles.filter} data-on={value !== undefined || undefined}>
      <select
        aria-label={label}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        {children}
      </select>
      <ChevronDown size={14} aria-hidden />
    </span>
  );
}

export function FilterDay({ label, value, onChange }: Props) {
  return (
    <span className={styles.filter} data-on={value !== undefined || undefined}>
      <span aria-hidden>{label}</span>
      <DayInput label={label} value={value} onChange={onChange} />
    </span>
  );
}
