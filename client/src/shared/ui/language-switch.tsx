import { useLocale } from '../i18n/use-locale';
import { Button } from './button';

/** Offers the other language, by its own name. */
export function LanguageSwitch() {
  const { locale, setLocale, t } = useLocale();
  const other = locale === 'he' ? 'en' : 'he';
  return (
    <Button look="quiet" small lang={other} onClick={() => setLocale(other)}>
      {t(`language.${other}`)}
    </Button>
  );
}
