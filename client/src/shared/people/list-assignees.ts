import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Assignee, Page } from '@/shared/api/types';

export const assigneesQuery = queryOptions({
  queryKey: ['tasks', 'assignees'],
  queryFn: async ({ signal }) =>
    (await request<Page<Assignee>>('GET', '/api/tasks/assignees', { signal })).results,
  staleTime: 300_000,
});
