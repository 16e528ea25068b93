import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request, type Query } from '@/shared/api/request';
import type { Call, Page } from '@/shared/api/types';

export const listCalls = (query: Query, signal?: AbortSignal) =>
  request<Page<Call>>('GET', '/api/calls', { query, signal });

export const callsQuery = (query: Query) =>
  queryOptions({
    queryKey: ['calls', 'list', query],
    queryFn: ({ signal }) => listCalls(query, signal),
    placeholderData: keepPreviousData,
  });
