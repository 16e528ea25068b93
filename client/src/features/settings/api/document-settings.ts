import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { DocumentSettings } from '@/shared/api/documents';
import { isApiError } from '@/shared/api/error';
import { request } from '@/shared/api/request';

const path = '/api/document-settings';

export const documentSettingsQuery = queryOptions({
  queryKey: ['documents', 'settings'],
  queryFn: ({ signal }) => request<DocumentSettings>('GET', path, { signal }),
});

/** Replaces them at the version that was seen; a conflict brings the present ones into the cache. */
export function useSaveDocumentSettings() {
  const client = useQueryClient();
  const keep = (now: DocumentSettings) => client.setQueryData(documentSettingsQuery.queryKey, now);
  return useMutation({
    mutationFn: (json: DocumentSettings) => request<DocumentSettings>('PUT', path, { json }),
    onSuccess: keep,
    onError: (error) => {
      if (isApiError(error, 'conflict') && error.body.current) keep(error.body.current as DocumentSettings);
    },
  });
}
