import type { Locale } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { setSingleKeys, useSingleKeys } from '@/shared/keys/shortcuts';
import { setTheme, useTheme, type Theme } from '@/shared/theme/theme';
import { Card } from '@/shared/ui/card';
import { SelectField } from '@/shared/ui/field';
import { Switch } from '@/shared/ui/switch';
import forms from '@/shared/ui/form.module.css';
import { useUpdateMe } from './api/update-me';
import styles from './profile.module.css';

export function PreferencesCard() {
  const { t, locale, setLocale } = useLocale();
  const theme = useTheme();
  const single = useSingleKeys();
  const update = useUpdateMe();
  return (
    <Card title={t('profile.preferences')}>
      <div className={styles.stack}>
        <div className={forms.two}>
          <SelectField
            label={t('language.label')}
            value={locale}
            onChange={(event) => {
              const next = event.target.value as Locale;
              setLocale(next);
              update.mutate({ locale: next });
            }}
          >
            <option value="he">{t('language.he')}</option>
            <option value="en">{t('language.en')}</option>
          </SelectField>
          <SelectField
            label={t('theme.label')}
            value={theme}
            onChange={(event) => setTheme(event.target.value as Theme)}
          >
            <option value="system">{t('theme.system')}</option>
            <option value="light">{t('theme.light')}</option>
            <option value="dark">{t('theme.dark')}</option>
          </SelectField>
        </div>
        <Switch
          label={t('keys.single')}
          hint={t('keys.singleHint')}
          checked={single}
          onChange={setSingleKeys}
        />
      </div>
    </Card>
  );
}
