import { DayInput } from './day-input';
import { Field } from './field';
import styles from './moment-field.module.css';

interface Props {
  label: string;
  /** 2026-11-21, or nothing. */
  value: string | null;
  onChange: (value: string | null) => void;
  problem?: string | undefined;
  optional?: boolean;
}

/** A day that is no moment. */
export function DayField({ label, value, onChange, problem, optional = false }: Props) {
  return (
    <Field label={label} problem={problem} optional={optional}>
      {({ id }) => (
        <span className={styles.day}>
          <DayInput
            id={id}
            label={label}
            value={value ?? undefined}
            onChange={(day) => onChange(day ?? null)}
          />
        </span>
      )}
    </Field>
  );
}
