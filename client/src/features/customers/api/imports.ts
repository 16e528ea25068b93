import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Import, ImportLineError, ImportMapping, ImportPreview, Page } from '@/shared/api/types';

const key = ['imports'] as const;
const path = (id: number, more = '') => `/api/imports/${id}${more}`;

/** Files of customers, the newest first. */
export const importsQuery = queryOptions({
  queryKey: [...key, 'list'],
  queryFn: ({ signal }) => request<Page<Import>>('GET', '/api/imports', { signal }),
});

const atWork = (one: Import | undefined) => one?.state === 'running' || one?.state === 'reverting';

/** One file; while the engine works on it, it is asked each second. */
export const importQuery = (id: number) =>
  queryOptions({
    queryKey: [...key, id],
    queryFn: ({ signal }) => request<Import>('GET', path(id), { signal }),
    refetchInterval: ({ state }) => (atWork(state.data) ? 1000 : false),
  });

/** What would become of each line; nothing is written. */
export const previewQuery = (id: number, mapping: ImportMapping) =>
  queryOptions({
    queryKey: [...key, id, 'preview', mapping],
    queryFn: ({ signal }) =>
      request<ImportPreview>('POST', path(id, '/preview'), { json: { mapping }, signal }),
    placeholderData: keepPreviousData,
    // What is in the book changes: a look is a look of this moment.
    staleTime: 0,
  });

export const listErrors = (id: number, page: number, limit: number, signal?: AbortSignal) =>
  request<Page<ImportLineError>>('GET', path(id, '/errors'), { query: { page, limit }, signal });

export const errorsQuery = (id: number, page: number, limit: number) =>
  queryOptions({
    queryKey: [...key, id, 'errors', page, limit],
    queryFn: ({ signal }) => listErrors(id, page, limit, signal),
    placeholderData: keepPreviousData,
  });

/** A file is taken in; then it is written, and taken back, as a whole. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (
      work: { file: File; text: Blob } | { run: number; mapping: ImportMapping } | { revert: number },
    ) => {
      if ('file' in work)
        return request<Import>('POST', '/api/imports', { query: { file: work.file.name }, blob: work.text });
      if ('run' in work)
        return request<Import>('POST', path(work.run, '/run'), { json: { mapping: work.mapping } });
      return request<Import>('POST', path(work.revert, '/revert'));
    },
    onSuccess: (one) =>
      client.setQueryData(importQuery(one.id).queryKey, (was) => ({
        ...one,
        sample: was?.sample ?? one.sample,
      })),
    onSettled: () => client.invalidateQueries({ queryKey: importsQuery.queryKey }),
  });
}
