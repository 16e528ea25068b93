import { useLocale } from '@/shared/i18n/use-locale';
import { FilterDay, FilterSelect } from '@/shared/table/filter';
import { presetOf, presetPeriod, presets, type Period } from './period';
import styles from './stats.module.css';

interface Props {
  period: Period;
  today: string;
  onChange: (period: Partial<Period>) => void;
}

/** Days by name, or one by one. */
export function PeriodPicker({ period, today, onChange }: Props) {
  const { t } = useLocale();
  const preset = presetOf(period, today);
  return (
    <div className={styles.period} role="group" aria-label={t('stats.period')}>
      <FilterSelect
        label={t('stats.period')}
        value={preset ?? 'other'}
        onChange={(next) => {
          const named = presets.find((one) => one === next);
          if (named) onChange(presetPeriod(named, today));
        }}
      >
        {presets.map((one) => (
          <option key={one} value={one}>
            {t(`stats.period.${one}`)}
          </option>
        ))}
        {!preset && <option value="other">{t('stats.period.other')}</option>}
      </FilterSelect>
      <FilterDay
        label={t('table.from')}
        value={period.from}
        onChange={(from) => from && onChange({ ...period, from })}
      />
      <FilterDay
        label={t('table.to')}
        value={period.to}
        onChange={(to) => to && onChange({ ...period, to })}
      />
    </div>
  );
}
