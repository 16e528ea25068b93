import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request, type Query } from '@/shared/api/request';
import type { Invitation, Page } from '@/shared/api/types';

export const invitationsQuery = (query: Query) =>
  queryOptions({
    queryKey: ['invitations', 'list', query],
    queryFn: ({ signal }) => request<Page<Invitation>>('GET', '/api/invitations', { query, signal }),
    placeholderData: keepPreviousData,
  });
