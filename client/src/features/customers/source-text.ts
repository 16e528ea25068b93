import { isKey, type Translate } from '@/shared/i18n/translate';

/** Where a customer came from; what another program wrote there is shown as it is. */
export function sourceText(t: Translate, source: string): string {
  const key = `customers.source.${source}`;
  return isKey(key) ? t(key) : source;
}
