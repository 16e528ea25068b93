import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChannelChange, NewChannel, WhatsAppChannel } from '@/shared/api/whatsapp';
import { request } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';

const path = '/api/whatsapp/channels';

export const channelsQuery = queryOptions({
  queryKey: ['whatsapp', 'channels'],
  queryFn: async ({ signal }) => (await request<Page<WhatsAppChannel>>('GET', path, { signal })).results,
});

/** Numbers are added, changed and taken away; what stopped one is forgotten with a change, and it is tried again. */
export function useChannels() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work: { add: NewChannel } | { id: number; change: ChannelChange } | { remove: number }) =>
      'add' in work
        ? request('POST', path, { json: work.add })
        : 'remove' in work
          ? request('DELETE', `${path}/${work.remove}`)
          : request('PATCH', `${path}/${work.id}`, { json: work.change }),
    onSettled: () => client.invalidateQueries({ queryKey: ['whatsapp'] }),
  });
}
