import type { TaskChannel, TaskPriority, TaskRepeats, TaskStatus } from '@/shared/api/types';
import type { Tone } from '@/shared/ui/badge';

export const channels = ['call', 'whatsapp', 'meeting'] as const satisfies readonly TaskChannel[];
export const priorities = ['low', 'normal', 'high', 'urgent'] as const satisfies readonly TaskPriority[];
export const repeats = ['none', 'daily', 'weekly', 'monthly'] as const satisfies readonly TaskRepeats[];
export const statuses = ['open', 'done', 'canceled'] as const satisfies readonly TaskStatus[];
export const ranges = ['overdue', 'today', 'week', 'all'] as const;
export type Range = (typeof ranges)[number];

export const priorityTones: Record<TaskPriority, Tone> = {
  low: 'quiet',
  normal: 'quiet',
  high: 'warn',
  urgent: 'bad',
};
export const statusTones: Record<TaskStatus, Tone> = { open: 'info', done: 'good', canceled: 'quiet' };
