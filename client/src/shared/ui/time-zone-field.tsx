import type { ComponentProps } from 'react';
import { useLocale } from '../i18n/use-locale';
import { SelectField } from './field';

const zones = Intl.supportedValuesOf('timeZone');
/** Ours first; the others as the browser knows them. */
const choices = ['Asia/Jerusalem', ...zones.filter((zone) => zone !== 'Asia/Jerusalem')];

export function TimeZoneField(props: Omit<ComponentProps<typeof SelectField>, 'label' | 'children'>) {
  const { t } = useLocale();
  return (
    <SelectField {...props} label={t('businesses.timeZone')}>
      {choices.map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll('_', ' ')}
        </option>
      ))}
    </SelectField>
  );
}
