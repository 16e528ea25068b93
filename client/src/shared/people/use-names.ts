import { useQuery } from '@tanstack/react-query';
import { useMe } from '../session/me';
import { assigneesQuery } from './list-assignees';

/** What a person is called, by number. */
export type NameOf = (user: number) => string | undefined;

/** People of the business by number; who has left it has no name here. */
export function useNames(): NameOf {
  const me = useMe();
  const { data: people = [] } = useQuery(assigneesQuery);
  return (user) => (user === me.user.id ? me.user.name : people.find((one) => one.id === user)?.name);
}
