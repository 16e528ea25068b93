import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request, type Query } from '@/shared/api/request';
import type { AuditEntry, Page } from '@/shared/api/types';

export const listAudit = (query: Query, signal?: AbortSignal) =>
  request<Page<AuditEntry>>('GET', '/api/audit', { query, signal });

export const auditQuery = (query: Query) =>
  queryOptions({
    queryKey: ['audit', 'list', query],
    queryFn: ({ signal }) => listAudit(query, signal),
    placeholderData: keepPreviousData,
  });
