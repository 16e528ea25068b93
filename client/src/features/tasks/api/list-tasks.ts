import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request, type Query } from '@/shared/api/request';
import type { Page, Task } from '@/shared/api/types';

export const tasksQuery = (query: Query) =>
  queryOptions({
    queryKey: ['tasks', 'list', query],
    queryFn: ({ signal }) => request<Page<Task>>('GET', '/api/tasks', { query, signal }),
    placeholderData: keepPreviousData,
  });
