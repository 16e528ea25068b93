/** The words of time in Hebrew and English, as pieces of expressions. */
export const EDGE_BEFORE = '(?<![\\p{L}\\p{N}])';
export const EDGE_AFTER = '(?![\\p{L}\\p{N}])';

const counts: Readonly<Record<string, number>> = {
  אחת: 1,
  אחד: 1,
  שתיים: 2,
  שתי: 2,
  שני: 2,
  שלוש: 3,
  שלושה: 3,
  ארבע: 4,
  ארבעה: 4,
  חמש: 5,
  חמישה: 5,
  שש: 6,
  שישה: 6,
  שבע: 7,
  שבעה: 7,
  שמונה: 8,
  תשע: 9,
  תשעה: 9,
  עשר: 10,
  עשרה: 10,
  'אחת עשרה': 11,
  'שתים עשרה': 12,
  'שתיים עשרה': 12,
  עשרים: 20,
  שלושים: 30,
  ארבעים: 40,
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  twenty: 20,
  thirty: 30,
};

/** One of these, the longest first, so that a word is not taken for the beginning of another. */
export const oneOf = (words: Iterable<string>) =>
  [...words].toSorted((a, b) => b.length - a.length).join('|');

export const COUNT = `\\d{1,4}|${oneOf(Object.keys(counts))}`;
export const HOUR_WORD = oneOf(
  Object.keys(counts).filter((word) => /\p{Script=Hebrew}/u.test(word) && (counts[word] ?? 99) <= 12),
);
export const count = (word: string) => counts[word] ?? Number(word);

export const weekdays: readonly (readonly string[])[] = [
  ['ראשון', "א'", 'sunday', 'sun'],
  ['שני', "ב'", 'monday', 'mon'],
  ['שלישי', "ג'", 'tuesday', 'tue'],
  ['רביעי', "ד'", 'wednesday', 'wed'],
  ['חמישי', "ה'", 'thursday', 'thu'],
  ['שישי', "ו'", 'friday', 'fri'],
  ['שבת', "ש'", 'saturday', 'sat'],
];
export const months: readonly (readonly string[])[] = [
  ['ינואר', 'january', 'jan'],
  ['פברואר', 'february', 'feb'],
  ['מרץ', 'מרס', 'march', 'mar'],
  ['אפריל', 'april', 'apr'],
  ['מאי', 'may'],
  ['יוני', 'june', 'jun'],
  ['יולי', 'july', 'jul'],
  ['אוגוסט', 'august', 'aug'],
  ['ספטמבר', 'september', 'sep'],
  ['אוקטובר', 'october', 'oct'],
  ['נובמבר', 'november', 'nov'],
  ['דצמבר', 'december', 'dec'],
];
export const indexOf = (table: readonly (readonly string[])[], word: string) =>
  table.findIndex((names) => names.includes(word));

/** Parts of the day: the hour that is meant without a number, and whether a number beside it is after noon. */
export const parts: readonly { words: string; time: string; afternoon: boolean }[] = [
  {
    words: 'אחר הצהריים|אחרי הצהריים|אחה"צ|בצהריים אחרי|in the afternoon|this afternoon',
    time: '15:00',
    afternoon: true,
  },
  { words: 'לפנות ערב|סוף היום|בסוף היום|end of day', time: '17:00', afternoon: true },
  { words: 'בבוקר|הבוקר|in the morning|this morning', time: '09:00', afternoon: false },
  { words: 'בצהריים|בצהרים|at noon|noon', time: '12:00', afternoon: true },
  { words: 'בערב|הערב|in the evening|this evening|tonight', time: '19:00', afternoon: true },
  { words: 'בלילה|הלילה|at night', time: '21:00', afternoon: true },
];
