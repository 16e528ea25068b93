import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * What is named is stale. A first answer that is still on its way may be older than the news, and the cache would take it
 * for fresh: it is asked again once it has come.
 */
export function lookAgain(client: QueryClient, queryKey: QueryKey = []) {
  for (const query of client.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' })) {
    if (query.state.data !== undefined) continue;
    const again = () => void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    query.promise?.then(again, () => undefined);
  }
  void client.invalidateQueries({ queryKey });
}
