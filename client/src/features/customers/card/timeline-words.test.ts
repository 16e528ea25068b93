import type { TimelineItem } from '@/shared/api/types';
import { translator } from '@/shared/i18n/translate';
import { entryText } from './timeline-words';

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
  [{ kind: 'note', title: 'גמיש בתאריך' }, 'גמיש בתאריך'],
  // What a newer engine tells of is shown as it tells it.
  [{ title: 'moved', meta: { field: 'planet', to: 'mars' } }, 'moved'],
] as [Partial<TimelineItem>, string][])('%j is told in words', (more, expected) => {
  expect(words(more)).toBe(expected);
});
