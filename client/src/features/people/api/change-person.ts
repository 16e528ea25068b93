import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Person, Role } from '@/shared/api/types';

interface Change {
  user_id: number;
  version: number;
  role?: Role;
  active?: boolean;
}

export function useChangePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ user_id, ...json }: Change) =>
      request<Person>('PATCH', `/api/people/${user_id}`, { json }),
    onSettled: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
}
