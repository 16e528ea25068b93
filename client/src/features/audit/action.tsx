import { isKey, type Translate } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Ltr } from '@/shared/ui/text';

/** What was done, in the reader's words; by the engine's code where we know none for it. */
export function Action({ code }: { code: string }) {
  const { t } = useLocale();
  const text = actionText(t, code);
  return text === code ? <Ltr>{code}</Ltr> : <>{text}</>;
}

export function actionText(t: Translate, code: string): string {
  const key = `audit.action.${code}`;
  return isKey(key) ? t(key) : code;
}
