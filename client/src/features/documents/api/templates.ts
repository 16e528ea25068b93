import { queryOptions } from '@tanstack/react-query';
import type { DocumentTemplate } from '@/shared/api/documents';
import { request } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';

/** What drafts begin from. */
export const templatesQuery = queryOptions({
  queryKey: ['documents', 'templates'],
  queryFn: ({ signal }) => request<Page<DocumentTemplate>>('GET', '/api/document-templates', { signal }),
  staleTime: 300_000,
});
