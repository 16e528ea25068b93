import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Task } from '@/shared/api/types';

export const taskQuery = (id: number) =>
  queryOptions({
    queryKey: ['tasks', 'one', id],
    queryFn: ({ signal }) => request<Task>('GET', `/api/tasks/${id}`, { signal }),
  });
