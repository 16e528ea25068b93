import { en } from './en';
import { he } from './he';
import { translator } from './translate';

test('Hebrew has a form for two', () => {
  const t = translator('he');
  expect(t('live.count', { count: 1 })).toBe('שיחה אחת פעילה');
  expect(t('live.count', { count: 2 })).toBe('שתי שיחות פעילות');
  expect(t('live.count', { count: 11 })).toBe('11 שיחות פעילות');
});

test('words put into a sentence keep their own direction', () => {
  expect(translator('he')('people.removed', { name: 'Dana' })).toBe('הגישה של \u2068Dana\u2069 לעסק הוסרה.');
});

test('both languages have the same names in every sentence', () => {
  const names = (entry: unknown) =>
    [...new Set(JSON.stringify(entry).match(/\{\w+\}/g))].filter((n) => n !== '{count}').sort();
  for (const [key, entry] of Object.entries(he)) {
    expect([key, names(en[key as keyof typeof he])]).toEqual([key, names(entry)]);
  }
});

const files = import.meta.glob<Record<string, object>>('./{he,en}/*.ts', { eager: true });

test.each([
  ['he', he],
  ['en', en],
])('every subject of %s is in its catalogue, and no key is in two', (locale, catalogue) => {
  const subjects = Object.entries(files).filter(
    ([name]) => name.startsWith(`./${locale}/`) && !name.endsWith('/index.ts'),
  );
  const keys = subjects.flatMap(([, file]) => Object.values(file)).flatMap(Object.keys);
  expect(subjects.length).toBeGreaterThan(5);
  expect(keys.toSorted()).toEqual(Object.keys(catalogue).toSorted());
});
