import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';
import type { Due } from '@/shared/hints/frames';
import type { News } from '@/shared/hints/socket';

/** What rings for me and nobody has answered, the oldest first. News keep it true; asking again mends what they missed. */
export const ringingQuery = queryOptions({
  queryKey: ['reminders', 'ringing'],
  queryFn: async ({ signal }) =>
    (await request<Page<Due>>('GET', '/api/reminders', { signal })).results.filter((one) => one.modal),
  staleTime: 30_000,
  refetchInterval: 60_000,
});

/** What rings after the news. What rings already keeps its place: the one that is looked at must not move away. */
export function ringingAfter(before: readonly Due[], news: News): Due[] {
  if (news.kind !== 'told') return [...before];
  if (news.event === 'reminder:closed')
    return before.filter((one) => one.reminder_id !== news.data.reminder_id);
  const come = news.event === 'task:due' ? [news.data] : news.event === 'task:digest' ? news.data.tasks : [];
  const fresh = come.filter((one) => one.modal);
  const byId = new Map(fresh.map((one) => [one.reminder_id, one]));
  const kept = before.map((one) => byId.get(one.reminder_id) ?? one);
  const had = new Set(before.map((one) => one.reminder_id));
  return [...kept, ...fresh.filter((one) => !had.has(one.reminder_id))];
}

/** Takes news into the cache; an answer that is still on its way is older than they are, and is asked for again. */
export function takeNews(client: QueryClient, news: News) {
  const { queryKey } = ringingQuery;
  const asking = client.isFetching({ queryKey }) > 0;
  client.setQueryData(queryKey, (before) => ringingAfter(before ?? [], news));
  if (asking) void client.invalidateQueries({ queryKey });
}

export function stopRinging(client: QueryClient, reminder: number) {
  const { queryKey } = ringingQuery;
  client.setQueryData(queryKey, (before) => before?.filter((one) => one.reminder_id !== reminder));
}
