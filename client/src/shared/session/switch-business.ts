import { useMutation } from '@tanstack/react-query';
import { request } from '../api/request';
import type { Login } from '../api/types';
import { useEnter } from './me';

/** Moves the session to another business; everything cached belongs to the one before. */
export function useSwitchBusiness() {
  const enter = useEnter();
  return useMutation({
    mutationFn: (businessId: number) =>
      request<Login>('POST', '/auth/business', { json: { business_id: businessId } }),
    onSuccess: enter,
  });
}
