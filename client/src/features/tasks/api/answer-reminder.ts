import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Task } from '@/shared/api/types';
import { stopRinging } from './ringing';

export type Answer =
  | { reminder: number; how: 'acknowledge' }
  | { reminder: number; how: 'snooze'; minutes: number }
  | { reminder: number; how: 'snooze'; until: string };

/** It is gone from this page at once and from all others as soon as the engine knows; a refusal brings it back. */
export function useAnswerReminder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reminder, how, ...json }: Answer) =>
      request<Task>('POST', `/api/reminders/${reminder}/${how}`, how === 'snooze' ? { json } : {}),
    onMutate: async ({ reminder }) => {
      await client.cancelQueries({ queryKey: ['reminders'] });
      stopRinging(client, reminder);
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['reminders'] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
    },
  });
}
