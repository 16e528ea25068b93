import { useMutation } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

export function useMakeResetLink() {
  return useMutation({
    mutationFn: (userId: number) => request<{ link: string }>('POST', `/api/people/${userId}/reset-link`),
  });
}
