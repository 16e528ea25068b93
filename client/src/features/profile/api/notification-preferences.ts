import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

/** Quiet hours are both there or both null. */
export interface NotificationPreferences {
  quiet_from: string | null;
  quiet_to: string | null;
  sound: boolean;
}

const path = '/api/notifications/preferences';

export const notificationPreferencesQuery = queryOptions({
  queryKey: ['notifications', 'preferences'],
  queryFn: ({ signal }) => request<NotificationPreferences>('GET', path, { signal }),
});

export function useSetNotificationPreferences() {
  const client = useQueryClient();
  const { queryKey } = notificationPreferencesQuery;
  return useMutation({
    mutationFn: (json: NotificationPreferences) => request<unknown>('PUT', path, { json }),
    onMutate: (next) => client.setQueryData(queryKey, next),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
