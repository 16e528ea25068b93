import type { Due } from '@/shared/hints/frames';

/** For tests: a reminder that rings. */
export const sampleDue = (reminder_id: number, more: Partial<Due> = {}): Due => ({
  reminder_id,
  task_id: reminder_id * 10,
  title: `משימה ${reminder_id}`,
  notes: '',
  channel: 'call',
  priority: 'normal',
  due_at: '2026-11-22T08:00:00Z',
  remind_at: '2026-11-22T08:00:00Z',
  late_s: 0,
  rings: 1,
  snooze_count: 0,
  customer: { id: 1, name: 'דנה כהן', phone: '+972501234567' },
  assignee: 1,
  call_id: null,
  modal: true,
  ...more,
});
