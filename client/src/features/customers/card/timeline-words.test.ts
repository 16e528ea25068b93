import type { TimelineItem } from '@/shared/api/types';
import { translator } from '@/shared/i18n/translate';
import { entryText, openMerge } from './timeline-words';

const item = (more: Partial<TimelineItem>): TimelineItem => ({
  id: 1,
  kind: 'status',
  ts: '2026-11-21T10:00:00Z',
  ref: '1',
  title: '',
  meta: {},
  ...more,
});
const words = (more: Partial<TimelineItem>) =>
  entryText(item(more), translator('he'), (user) => (user === 7 ? 'נועם' : undefined)).replaceAll(
    /[\u2068\u2069]/g,
    '',
  );

test.each([
  [{ kind: 'created', meta: { source: 'call' } }, 'הלקוח נוסף (שיחה)'],
  [{ meta: { field: 'stage', from: 'new', to: 'viewing' } }, 'שלב: חדש ← ביקור בנכס'],
  [{ meta: { field: 'assignee', from: null, to: 7 } }, 'באחריות: נועם'],
  [{ meta: { field: 'assignee', from: 7, to: null } }, 'באחריות: ללא אחראי'],
  [{ meta: { field: 'deleted', to: true } }, 'הלקוח נמחק'],
  [{ meta: { field: 'deleted' } }, 'הלקוח הוחזר לרשימה'],
  [{ kind: 'task', title: 'להתקשר', meta: { event: 'done' } }, 'בוצע: להתקשר'],
  [{ kind: 'task', title: 'להתקשר', meta: {} }, 'משימה: להתקשר'],
  [{ kind: 'merged', title: 'דנה', meta: { event: 'merged' } }, 'הכרטיס של דנה אוחד לכאן'],
  [{ kind: 'merged', meta: { event: 'undone' } }, 'האיחוד בוטל, והכרטיסים הופרדו'],
  [{ kind: 'document', title: 'הזמנה', meta: { event: 'signed' } }, 'נחתם: הזמנה'],
  [{ kind: 'document', title: 'הזמנה', meta: { event: 'framed' } }, 'הזמנה'],
  [{ kind: 'note', title: 'גמיש בתאריך' }, 'גמיש בתאריך'],
  // What a newer engine tells of is shown as it tells it.
  [{ title: 'moved', meta: { field: 'planet', to: 'mars' } }, 'moved'],
] as [Partial<TimelineItem>, string][])('%j is told in words', (more, expected) => {
  expect(words(more)).toBe(expected);
});

test('a merge is offered to be taken apart for thirty days, and once', () => {
  const merged = item({ kind: 'merged', meta: { event: 'merged', merge_id: 4 } });
  const undone = (id: number) => item({ id: 2, kind: 'merged', meta: { event: 'undone', merge_id: id } });
  const after = (days: number) => Date.parse(merged.ts) + days * 86_400_000;
  expect(openMerge(merged, [merged], after(29))).toBe(4);
  expect(openMerge(merged, [undone(3), merged], after(29))).toBe(4);
  expect(openMerge(merged, [merged], after(31))).toBeNull();
  expect(openMerge(merged, [undone(4), merged], after(1))).toBeNull();
  expect(openMerge(undone(4), [undone(4)], after(1))).toBeNull();
  expect(openMerge(item({ kind: 'note', meta: { merge_id: 4 } }), [], after(1))).toBeNull();
});
