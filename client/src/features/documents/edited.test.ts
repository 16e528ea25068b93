import type { DocumentDetail } from '@/shared/api/documents';
import { beginningOf, draftOf, type Edited } from './edited';

const paper: DocumentDetail = {
  id: 1,
  kind: 'quote',
  series: 'Q',
  status: 'draft',
  title: 'הצעה',
  customer: { id: 7, name: 'דנה' },
  net: 0,
  vat_rate: '18',
  vat: 0,
  total: 0,
  paid: 0,
  created_at: '2026-11-21T10:00:00Z',
  updated_at: '2026-11-21T10:00:00Z',
  version: 1,
  lines: [{ description: 'ייעוץ', quantity: '1.5', unit_price: 10_050, vat: true }],
  fields: { client_name: 'דנה' },
  body: '',
  tax_type: 10,
  number: null,
  template: null,
  currency: 'ILS',
  valid_until: null,
  due_on: null,
  allocation: { needed: false, number: null },
  payment_link: null,
  payments: [],
  credit_of: null,
  credited_by: null,
  issued_at: null,
  created_by: null,
  sha256: null,
  signing: null,
  missing: [],
};
const typed = (more: Partial<Edited> = {}): Edited => ({ ...beginningOf(paper), ...more });
const blank = { key: 9, description: ' ', quantity: '1', price: '', vat: true };

test('a draft that nobody touched says what it said', () => {
  expect(draftOf(typed(), 'quote')).toEqual({
    draft: { title: 'הצעה', lines: paper.lines, fields: paper.fields, valid_until: null },
    problems: [],
  });
});

test('blank lines and blank fields are left out; what is no sum is named', () => {
  const { draft, problems } = draftOf(
    typed({ lines: [blank], fields: { client_name: ' ', price: '12' } }),
    'quote',
  );
  expect([draft.lines, draft.fields, problems]).toEqual([[], { price: '12' }, []]);
  expect(
    draftOf(typed({ lines: [{ ...blank, description: 'ייעוץ', price: 'אלף' }] }), 'quote').problems,
  ).toEqual(['lines']);
  expect(draftOf(typed({ lines: [{ ...blank, price: '5' }] }), 'invoice').problems).toEqual(['lines']);
});

test('each kind is told of what it has', () => {
  expect(Object.keys(draftOf(typed(), 'order').draft)).toEqual(['title', 'fields', 'body']);
  expect(draftOf(typed({ title: ' ', payment_link: '  ' }), 'invoice').draft).toEqual({
    lines: paper.lines,
    fields: paper.fields,
    due_on: null,
    payment_link: '',
  });
});
