import { useLocale } from '@/shared/i18n/use-locale';
import forms from '@/shared/ui/form.module.css';
import styles from './tasks.module.css';

/** Seconds before it is due. */
const choices = [
  [0, 'tasks.remind.0'],
  [300, 'tasks.remind.300'],
  [900, 'tasks.remind.900'],
  [3600, 'tasks.remind.3600'],
  [86_400, 'tasks.remind.86400'],
] as const;

/** When it reminds; what another program chose besides stays chosen. */
export function RemindField({ value, onChange }: { value: number[]; onChange: (value: number[]) => void }) {
  const { t } = useLocale();
  const set = (seconds: number, on: boolean) =>
    onChange([...value.filter((one) => one !== seconds), ...(on ? [seconds] : [])].toSorted((a, b) => a - b));
  return (
    <fieldset>
      <legend className={forms.legend}>{t('tasks.remind')}</legend>
      <div className={styles.choices}>
        {choices.map(([seconds, text]) => (
          <label key={seconds} className={forms.choice}>
            <input
              type="checkbox"
              checked={value.includes(seconds)}
              onChange={(event) => set(seconds, event.target.checked)}
            />
            {t(text)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
