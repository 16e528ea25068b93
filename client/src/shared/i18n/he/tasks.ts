/** Tasks, and what rings. */
export const tasks = {
  'due.call': 'התקשרות',
  'due.whatsapp': 'וואטסאפ',
  'due.done': 'בוצע',
  'due.seen': 'ראיתי',
  'due.snooze': 'להזכיר שוב בעוד',
  'due.minutes': { one: 'דקה', two: 'שתי דקות', other: '{count} דקות' },
  'due.choose': 'מועד אחר',
  'due.until': 'להזכיר שוב ב־',
  'due.snoozeSubmit': 'דחיית התזכורת',
  'due.snoozed': {
    one: 'התזכורת תחזור בעוד דקה.',
    two: 'התזכורת תחזור בעוד שתי דקות.',
    other: 'התזכורת תחזור בעוד {count} דקות.',
  },
  'due.snoozedUntil': 'התזכורת תחזור ב־{when}.',
  'due.snoozedTimes': { one: 'נדחתה פעם אחת', two: 'נדחתה פעמיים', other: 'נדחתה {count} פעמים' },
  'due.late': { one: 'באיחור של דקה', two: 'באיחור של שתי דקות', other: 'באיחור של {count} דקות' },
  'due.waiting': { one: 'תזכורת אחת', two: 'שתי תזכורות ממתינות', other: '{count} תזכורות ממתינות' },
  'due.next': 'התזכורות הבאות',
  'due.many': { one: 'תזכורת אחת', two: 'שתי תזכורות', other: '{count} תזכורות הגיעו יחד' },

  'tasks.doneToast': '״{title}״ בוצעה.',
  'tasks.priority.low': 'נמוכה',
  'tasks.priority.normal': 'רגילה',
  'tasks.priority.high': 'גבוהה',
  'tasks.priority.urgent': 'דחופה',
} as const;
