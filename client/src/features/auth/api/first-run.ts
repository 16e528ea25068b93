import { useMutation } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Login } from '@/shared/api/types';

export function useFirstRun() {
  return useMutation({
    mutationFn: (json: { code: string; name: string; email: string; password: string }) =>
      request<Login>('POST', '/auth/first-run', { json, open: true }),
  });
}
