import { queryOptions, useMutation } from '@tanstack/react-query';
import type { CodeSent, SignatureGiven, SignedAnswer, SignSession } from '@/shared/api/documents';
import { request } from '@/shared/api/request';

const path = (more: string) => `/api/public/sign/${more}`;

export const sessionQuery = (token: string) =>
  queryOptions({
    queryKey: ['signing', token],
    queryFn: ({ signal }) =>
      request<SignSession>('POST', path('session'), { json: { token }, open: true, signal }),
    enabled: token !== '',
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
  });

export const signPdf = (session: string) => (signal?: AbortSignal) =>
  request<Blob>('GET', path('pdf'), { open: true, bearer: session, signal });

export const useSendCode = (session: string) =>
  useMutation({
    mutationFn: () => request<CodeSent>('POST', path('code'), { open: true, bearer: session }),
  });

export const useCheckCode = (session: string) =>
  useMutation({
    mutationFn: (code: string) =>
      request<{ verified: true }>('POST', path('verify'), { json: { code }, open: true, bearer: session }),
  });

export type Strokes = [number, number][][];

export const useSign = (session: string) =>
  useMutation({
    mutationFn: (json: SignatureGiven) =>
      request<SignedAnswer>('POST', path('sign'), {
        json,
        open: true,
        bearer: session,
      }),
  });

export const useDecline = (session: string) =>
  useMutation({
    mutationFn: (reason: string) =>
      request('POST', path('decline'), { json: { reason }, open: true, bearer: session }),
  });
