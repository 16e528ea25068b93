import type { tasks as he } from '../he/tasks';
import type { InOtherWords } from '../translate';

export const tasks: InOtherWords<typeof he> = {
  'due.call': 'Call',
  'due.whatsapp': 'WhatsApp',
  'due.done': 'Done',
  'due.seen': 'Seen',
  'due.snooze': 'Remind me again in',
  'due.minutes': { one: '1 minute', other: '{count} minutes' },
  'due.choose': 'Another time',
  'due.until': 'Remind me again at',
  'due.snoozeSubmit': 'Snooze',
  'due.snoozed': { one: 'It will ring again in a minute.', other: 'It will ring again in {count} minutes.' },
  'due.snoozedUntil': 'It will ring again at {when}.',
  'due.snoozedTimes': { one: 'Snoozed once', other: 'Snoozed {count} times' },
  'due.late': { one: 'A minute late', other: '{count} minutes late' },
  'due.waiting': { one: 'One reminder', other: '{count} reminders waiting' },
  'due.next': 'The next reminders',
  'due.many': { one: 'One reminder', other: '{count} reminders came at once' },

  'tasks.doneToast': '“{title}” is done.',
  'tasks.priority.low': 'Low',
  'tasks.priority.normal': 'Normal',
  'tasks.priority.high': 'High',
  'tasks.priority.urgent': 'Urgent',
};
