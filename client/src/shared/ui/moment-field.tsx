import { useLocale } from '../i18n/use-locale';
import { momentOf, wallOf } from '../time/zone';
import { DayInput } from './day-input';
import forms from './form.module.css';
import styles from './moment-field.module.css';
import { TimeInput } from './time-input';

interface Props {
  label: string;
  /** ISO. */
  value: string;
  onChange: (value: string) => void;
  problem?: string | undefined;
}

/** A day and a time on the clock of the business, wherever the reader is. */
export function MomentField({ label, value, onChange, problem }: Props) {
  const { t, timeZone } = useLocale();
  const wall = wallOf(Date.parse(value), timeZone);
  const change = (day: string, time: string) =>
    onChange(new Date(momentOf(day, time, timeZone)).toISOString());
  return (
    <fieldset>
      <legend className={forms.legend}>{label}</legend>
      <div className={styles.fields}>
        <span className={styles.day}>
          <DayInput
            label={`${label}: ${t('form.day')}`}
            value={wall.day}
            onChange={(day) => day && change(day, wall.time)}
          />
        </span>
        <TimeInput
          className={styles.time}
          label={`${label}: ${t('form.time')}`}
          value={wall.time}
          onChange={(time) => time !== '24:00' && change(wall.day, time)}
        />
      </div>
      {problem && <p className={styles.problem}>{problem}</p>}
    </fieldset>
  );
}
