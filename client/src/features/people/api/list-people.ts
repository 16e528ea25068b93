import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request, type Query } from '@/shared/api/request';
import type { Page, Person } from '@/shared/api/types';

export const listPeople = (query: Query, signal?: AbortSignal) =>
  request<Page<Person>>('GET', '/api/people', { query, signal });

export const peopleQuery = (query: Query) =>
  queryOptions({
    queryKey: ['people', 'list', query],
    queryFn: ({ signal }) => listPeople(query, signal),
    placeholderData: keepPreviousData,
  });
