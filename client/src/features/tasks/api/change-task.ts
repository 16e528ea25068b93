import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Task, TaskPatch } from '@/shared/api/types';

export function useChangeTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...json }: TaskPatch & { id: number }) =>
      request<Task>('PATCH', `/api/tasks/${id}`, { json }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void client.invalidateQueries({ queryKey: ['reminders'] });
    },
  });
}
