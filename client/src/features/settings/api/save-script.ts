import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { ScriptBody } from '@/shared/api/types';
import { businessQuery } from './get-business';
import { scriptQuery } from './get-script';

export function useSaveScript() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: ScriptBody) => request<ScriptBody>('PUT', '/api/business/script', { json }),
    onSuccess: (script) => {
      client.setQueryData(scriptQuery.queryKey, script);
      void client.invalidateQueries({ queryKey: businessQuery.queryKey });
    },
  });
}
