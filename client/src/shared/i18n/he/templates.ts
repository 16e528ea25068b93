/** Texts that papers begin with. */
export const templates = {
  'templates.title': 'תבניות מסמכים',
  'templates.subtitle': 'הנוסחים שמהם מתחילים הצעות, הזמנות וחוזים.',
  'templates.one': 'תבנית',
  'templates.new': 'תבנית חדשה',
  'templates.name': 'שם התבנית',
  'templates.nameHint': 'כך היא מופיעה ברשימה של מסמך חדש',
  'templates.titleHint': 'הכותרת של המסמך עצמו',
  'templates.origin': 'מקור',
  'templates.builtIn': 'מובנית',
  'templates.own': 'של העסק',
  'templates.version': 'גרסה',
  'templates.versionOf': 'גרסה {version}',
  'templates.versions': 'גרסאות',
  'templates.updatedAt': 'עודכנה',
  'templates.bodyText':
    'שורה שמתחילה ב־# היא כותרת, ב־- היא פריט. שם באנגלית בסוגריים מסולסלים, כמו {example}, הוא שדה שמתמלא בכל מסמך.',
  'templates.insert': 'הוספת שדה',
  'templates.take': 'לקיחת הנוסח',
  'templates.keeps': 'מסמך שכבר נוצר נשאר בנוסח שלו.',
  'templates.saved': 'התבנית נשמרה כגרסה {version}.',
} as const;
