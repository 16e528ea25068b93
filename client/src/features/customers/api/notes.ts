import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import { customerKey } from './get-customer';

export type NoteWork =
  | { do: 'add'; text: string }
  | { do: 'change'; note: string; text: string; version: number }
  | { do: 'remove'; note: string };

export function useNotes(id: number) {
  const client = useQueryClient();
  const path = `/api/customers/${id}/notes`;
  return useMutation({
    mutationFn: (work: NoteWork) => {
      if (work.do === 'add') return request('POST', path, { json: { text: work.text } });
      if (work.do === 'change')
        return request('PATCH', `${path}/${work.note}`, { json: { text: work.text, version: work.version } });
      return request('DELETE', `${path}/${work.note}`);
    },
    onSettled: () => client.invalidateQueries({ queryKey: customerKey(id) }),
  });
}
