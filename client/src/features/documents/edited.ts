import type { DocumentDetail, DocumentDraft, DocumentKind } from '@/shared/api/documents';
import { parseMoney, typedMoney } from '@/shared/format/money';
import { parseQuantity } from './totals';

/** A line as it is typed: sums are words until they are kept. */
export interface EditedLine {
  /** Of the form only, so that a line keeps its fields when another goes. */
  key: number;
  description: string;
  quantity: string;
  price: string;
  vat: boolean;
}

/** A draft as it is typed. */
export interface Edited {
  title: string;
  lines: readonly EditedLine[];
  fields: Readonly<Record<string, string>>;
  body: string;
  valid_until: string | null;
  due_on: string | null;
  payment_link: string;
}

export function beginningOf(paper: DocumentDetail): Edited {
  return {
    title: paper.title,
    lines: paper.lines.map(({ unit_price, ...line }, key) => ({
      ...line,
      key,
      price: typedMoney(unit_price),
    })),
    fields: paper.fields,
    body: paper.body,
    valid_until: paper.valid_until ?? null,
    due_on: paper.due_on ?? null,
    payment_link: paper.payment_link ?? '',
  };
}

/** What a line's sums are worth so far; what is no number counts as nothing. */
export const lineOf = ({ description, quantity, price, vat }: EditedLine) => ({
  description: description.trim(),
  quantity: quantity.trim(),
  unit_price: parseMoney(price) ?? 0,
  vat,
});

export const quantityWrong = (line: EditedLine) => parseQuantity(line.quantity) === null;
export const priceWrong = (line: EditedLine) => line.price.trim() !== '' && parseMoney(line.price) === null;

/** What the engine is told, and the names of what it could not take. Lines that say nothing are left out. */
export function draftOf(typed: Edited, kind: DocumentKind): { draft: DocumentDraft; problems: string[] } {
  const told = typed.lines.filter((line) => line.description.trim() || line.price.trim());
  const problems = told.some((line) => !line.description.trim() || quantityWrong(line) || priceWrong(line))
    ? ['lines']
    : [];
  const fields = Object.fromEntries(
    Object.entries(typed.fields).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])),
  );
  const title = typed.title.trim();
  const common = { ...(title && { title }), fields };
  switch (kind) {
    case 'quote':
      return { draft: { ...common, lines: told.map(lineOf), valid_until: typed.valid_until }, problems };
    case 'invoice':
      return {
        draft: {
          ...common,
          lines: told.map(lineOf),
          due_on: typed.due_on,
          payment_link: typed.payment_link.trim(),
        },
        problems,
      };
    default:
      return { draft: { ...common, body: typed.body }, problems };
  }
}
