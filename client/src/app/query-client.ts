import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isApiError } from '@/shared/api/error';
import { meQuery } from '@/shared/session/me';

/** Server state lives here and nowhere else. A refusal is never tried again; a fault is, twice. */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryKey[0] === 'me') return;
        // What we may do has changed since we asked: the frame hides it at once.
        if (isApiError(error, 'feature_disabled') || isApiError(error, 'no_business_context'))
          void client.invalidateQueries({ queryKey: meQuery.queryKey });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) =>
          count < 2 && (!isApiError(error) || error.status >= 502 || error.status === 0),
        retryDelay: (count) => 500 * 2 ** count,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return client;
}
