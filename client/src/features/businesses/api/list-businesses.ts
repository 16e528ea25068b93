import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request, type Query } from '@/shared/api/request';
import type { Business, Page } from '@/shared/api/types';

export const listBusinesses = (query: Query, signal?: AbortSignal) =>
  request<Page<Business>>('GET', '/api/businesses', { query, signal });

export const businessesQuery = (query: Query) =>
  queryOptions({
    queryKey: ['businesses', 'list', query],
    queryFn: ({ signal }) => listBusinesses(query, signal),
    placeholderData: keepPreviousData,
  });
