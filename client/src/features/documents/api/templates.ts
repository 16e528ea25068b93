import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { DocumentTemplate, TemplateKind, TemplateVersion } from '@/shared/api/documents';
import { request } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';

const path = '/api/document-templates';

/** What drafts begin from. */
export const templatesQuery = queryOptions({
  queryKey: ['documents', 'templates'],
  queryFn: ({ signal }) => request<Page<DocumentTemplate>>('GET', path, { signal }),
  staleTime: 300_000,
});

/** What a template said so far, the newest first. */
export const versionsQuery = (id: number) =>
  queryOptions({
    queryKey: ['documents', 'templates', id, 'versions'],
    queryFn: ({ signal }) => request<Page<TemplateVersion>>('GET', `${path}/${id}/versions`, { signal }),
  });

/** The paper that would come of a text as it is written. */
export const previewOf =
  (json: { kind: TemplateKind; title: string; body: string }) => (signal: AbortSignal) =>
    request<Blob>('POST', `${path}/preview`, { json, signal });

interface Save {
  /** A new one has none. */
  of: { id: number; version: number } | null;
  kind: TemplateKind;
  name: string;
  title: string;
  body: string;
}

/** A new template, or a new version of one: papers that were made keep theirs. */
export function useSaveTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ of, kind, ...text }: Save) =>
      of
        ? request<DocumentTemplate>('PUT', `${path}/${of.id}`, { json: { ...text, version: of.version } })
        : request<DocumentTemplate>('POST', path, { json: { kind, ...text } }),
    onSettled: () => client.invalidateQueries({ queryKey: templatesQuery.queryKey }),
  });
}
