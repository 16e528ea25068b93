import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { hintState } from '@/shared/hints/socket';
import { liveCallsQuery } from './api/live-calls';

/** Running calls: asked again at each hint; every two seconds while there is no socket, and now and then although there is one. */
export function useLiveCalls(closely: boolean) {
  const connected = useSyncExternalStore(hintState.subscribe, hintState.snapshot);
  const query = useQuery({
    ...liveCallsQuery,
    refetchInterval: closely ? (connected ? 5000 : 2000) : connected ? 30_000 : 10_000,
  });
  return { ...query, calls: query.data?.results ?? [], connected };
}
