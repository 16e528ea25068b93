/** Every way in which a request can fail, as the engine names it; `offline` is when no answer came at all. */
export type ErrorCode =
  | 'bad_request'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'feature_disabled'
  | 'no_business_context'
  | 'bad_origin'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'taken'
  | 'duplicate'
  | 'issued'
  | 'registration_needed'
  | 'missing_fields'
  | 'wrong_code'
  | 'window_closed'
  | 'no_channel'
  | 'policy_refused'
  | 'call_in_progress'
  | 'no_phone'
  | 'gone'
  | 'too_large'
  | 'unsupported_media'
  | 'rate_limited'
  | 'internal'
  | 'unavailable'
  | 'offline';

export interface ErrorBody {
  error?: string;
  detail?: string;
  request_id?: string;
  feature?: string;
  fields?: Record<string, string>;
  current?: unknown;
  problems?: unknown;
  /** Names of what a paper still wants. */
  missing?: string[];
  /** Tries left for a code. */
  left?: number;
  /** How a request to sign ended. */
  status?: string;
  /** Why the policy gate is against it, and when it would not be. */
  reason?: string;
  until?: string | null;
  /** Whose the identity is already. */
  customer?: unknown;
}

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly requestId: string | undefined;
  readonly body: ErrorBody;

  constructor(
    readonly status: number,
    body: ErrorBody,
    readonly retryAfterS?: number,
  ) {
    super(body.detail ?? body.error ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.body = body;
    this.code = (body.error as ErrorCode | undefined) ?? (status === 0 ? 'offline' : 'internal');
    this.requestId = body.request_id;
  }
}

export function isApiError(error: unknown, code?: ErrorCode): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}
