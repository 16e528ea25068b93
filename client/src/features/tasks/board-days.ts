import type { Task } from '@/shared/api/types';
import { addDays, momentOf, wallOf, weekdayOf } from '@/shared/time/zone';

export const boardColumns = ['overdue', 'today', 'tomorrow', 'week', 'later'] as const;
export type BoardColumn = (typeof boardColumns)[number];

/** In which column a task stands, by the business's calendar; the week ends with Saturday. */
export function columnOf(dueAt: string, now: number, zone: string): BoardColumn {
  const due = Date.parse(dueAt);
  const today = wallOf(now, zone).day;
  const day = wallOf(due, zone).day;
  if (due < now) return 'overdue';
  if (day === today) return 'today';
  if (day === addDays(today, 1)) return 'tomorrow';
  return day <= addDays(today, 6 - weekdayOf(today)) ? 'week' : 'later';
}

/** Columns that a task can be moved into: not into what has passed, nor into a week that has no day left. */
export function openColumns(now: number, zone: string): BoardColumn[] {
  const weekday = weekdayOf(wallOf(now, zone).day);
  return boardColumns.filter((one) => one !== 'overdue' && (one !== 'week' || weekday <= 4));
}

/** When a task is due that was moved into a column: at its own hour; today, if that has passed, in an hour. */
export function movedTo(task: Pick<Task, 'due_at'>, column: BoardColumn, now: number, zone: string): string {
  const today = wallOf(now, zone).day;
  const { time } = wallOf(Date.parse(task.due_at), zone);
  const toWeekEnd = 6 - weekdayOf(today);
  const ahead = { overdue: 0, today: 0, tomorrow: 1, week: 2, later: Math.max(toWeekEnd + 1, 2) }[column];
  const at = momentOf(addDays(today, ahead), time, zone);
  if (at > now) return new Date(at).toISOString();
  const soon = Math.min(now + 3_600_000, momentOf(addDays(today, 1), '00:00', zone) - 60_000);
  return new Date(soon).toISOString();
}
