import { useMutation } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Login } from '@/shared/api/types';

export function useLogIn() {
  return useMutation({
    mutationFn: (json: { email: string; password: string }) =>
      request<Login>('POST', '/auth/login', { json, open: true }),
  });
}
