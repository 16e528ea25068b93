import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../api/request';
import type { OutgoingCall } from '../api/types';

const below = (customer: number) => ['customers', 'one', String(customer), 'call'] as const;
const whileRunning = (call: OutgoingCall | null | undefined) => (call && !call.ended_at ? 1500 : false);

/** The last call that was made to a customer from a card; looked at again while it goes on. */
export const outgoingQuery = (customer: number) =>
  queryOptions({
    queryKey: below(customer),
    queryFn: async ({ signal }) =>
      (
        await request<{ call: OutgoingCall | null }>('GET', `/api/customers/${customer}/call`, {
          signal,
        })
      ).call,
    refetchInterval: ({ state }) => whileRunning(state.data),
  });

/** The last take-over of a running call. */
export const takeOverQuery = (call: string) =>
  queryOptions({
    queryKey: ['calls', 'one', call, 'take-over'],
    queryFn: async ({ signal }) =>
      (await request<{ call: OutgoingCall | null }>('GET', `/api/calls/${call}/take-over`, { signal })).call,
    refetchInterval: ({ state }) => whileRunning(state.data),
  });

export function useStartCall(customer: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<OutgoingCall>('POST', `/api/customers/${customer}/call/start`),
    onSuccess: (call) => client.setQueryData(outgoingQuery(customer).queryKey, call),
  });
}

export function useTakeOver(call: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<OutgoingCall>('POST', `/api/calls/${call}/take-over`),
    onSuccess: (taken) => client.setQueryData(takeOverQuery(call).queryKey, taken),
  });
}

export function useHangUp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (call: string) => request('POST', `/api/calls/${call}/hang-up`),
    onSettled: () => client.invalidateQueries({ queryKey: ['calls'] }),
  });
}
