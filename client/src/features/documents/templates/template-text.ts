import type { DocumentTemplate, TemplateKind } from '@/shared/api/documents';

/** A template as it is typed. */
export interface TemplateText {
  kind: TemplateKind;
  name: string;
  title: string;
  body: string;
}

export function textOf(
  template: Pick<DocumentTemplate, 'kind' | 'name' | 'title' | 'body'> | null,
): TemplateText {
  if (!template) return { kind: 'contract', name: '', title: '', body: '' };
  const { kind, name, title, body } = template;
  return { kind: kind === 'invoice' ? 'contract' : kind, name, title, body };
}

const sides = [
  'business_name',
  'business_id',
  'business_address',
  'business_phone',
  'client_name',
  'client_id',
  'client_address',
  'client_phone',
  'client_email',
];
const ofOrders = [
  'broker_name',
  'broker_id',
  'broker_address',
  'broker_license',
  'deal_type',
  'property',
  'price',
  'fee',
  'fee_vat',
  'exclusive_until',
];

/** Names that have words of their own; a text may name others, and the form of its papers asks for them. */
export const fieldsOf = (kind: TemplateKind): readonly string[] =>
  kind === 'order' ? [...ofOrders, ...sides] : sides;

/** A text with something put in place of what is selected, and where the cursor stands then. */
export function inserted(text: string, what: string, from = text.length, to = from) {
  return { text: text.slice(0, from) + what + text.slice(to), at: from + what.length };
}
