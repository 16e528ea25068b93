import { useQuery } from '@tanstack/react-query';
import { useMe } from '@/shared/session/me';
import { assigneesQuery } from '@/shared/people/list-assignees';
import type { NameOf } from './timeline-words';

/** People of the business by number; who has left it has no name here. */
export function useNames(): NameOf {
  const me = useMe();
  const { data: people = [] } = useQuery(assigneesQuery);
  return (user) => (user === me.user.id ? me.user.name : people.find((one) => one.id === user)?.name);
}
