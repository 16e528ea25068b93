import { useMutation } from '@tanstack/react-query';
import type { PaperChecked } from '@/shared/api/documents';
import { request } from '@/shared/api/request';

/** Whether a paper is what it was; it is looked at and not kept. */
export const useVerify = () =>
  useMutation({
    mutationFn: (file: File) =>
      request<PaperChecked>('POST', '/api/public/verify', {
        blob: new Blob([file], { type: 'application/pdf' }),
        open: true,
      }),
  });
