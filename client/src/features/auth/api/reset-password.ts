import { useMutation } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

export function useResetPassword() {
  return useMutation({
    mutationFn: (json: { token: string; password: string }) =>
      request<undefined>('POST', '/auth/reset', { json, open: true }),
  });
}
