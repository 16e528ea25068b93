import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { NewTask, Task } from '@/shared/api/types';

export function useCreateTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: NewTask) => request<Task>('POST', '/api/tasks', { json }),
    onSettled: () => client.invalidateQueries({ queryKey: ['tasks'] }),
  });
}
