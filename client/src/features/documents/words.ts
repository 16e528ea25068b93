import type { DocumentRow } from '@/shared/api/documents';
import { phone } from '@/shared/format/phone';
import { isKey, type Translate } from '@/shared/i18n/translate';

/** What a paper is, in words; of an invoice its type by the tax authority's number. */
export function kindText(t: Translate, { kind, tax_type }: Pick<DocumentRow, 'kind' | 'tax_type'>): string {
  const key = kind === 'invoice' ? `documents.tax.${tax_type ?? 300}` : `documents.kind.${kind}`;
  return isKey(key) ? t(key) : t('documents.paper');
}

/** Where a request to sign went: a number as people read it, an address as it is. */
export const shownTo = (to: string | null | undefined) => (to?.startsWith('+') ? phone(to) : (to ?? ''));

/** What a field of a paper is called: ours have words, a template's own are shown as it names them. */
export function fieldText(t: Translate, name: string): string {
  const key = `documents.field.${name}`;
  return isKey(key) ? t(key) : name.replaceAll('_', ' ');
}
