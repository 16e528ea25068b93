import { needsRefresh, refresh } from '../session/refresh';
import { session } from '../session/session';
import { ApiError, type ErrorBody } from './error';

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query | undefined;
  json?: unknown;
  /** A body that is sent as it is (a sound file), with its own type. */
  blob?: Blob | undefined;
  signal?: AbortSignal | undefined;
  /** The answer is awaited after the page has gone (an undo whose time was cut short). */
  keepalive?: boolean | undefined;
  /** Log-in and the like: no session is needed, and a 401 is an answer about the words typed. */
  open?: boolean | undefined;
  /** Of a session that is not a person's: the one who signs has one of his own. */
  bearer?: string | undefined;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export function address(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** One request to the engine. Renews the session ahead of its end, once more on a 401, and then gives it up. */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  if (options.open) return read<T>(await send(method, path, options));
  // Nobody is logged in here (any more): the engine need not be asked to say so.
  if (session.endsAt() === null) throw new ApiError(401, { error: 'unauthenticated' });
  if (needsRefresh()) await renew();
  let answer = await send(method, path, options);
  if (answer.status === 401) {
    await renew();
    answer = await send(method, path, options);
    if (answer.status === 401) session.lost();
  }
  return read<T>(answer);
}

async function renew() {
  if (await refresh()) return;
  session.lost();
  throw new ApiError(401, { error: 'unauthenticated' });
}

async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.bearer) headers.authorization = `Bearer ${options.bearer}`;
  let body: BodyInit | null = null;
  if (options.json !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(options.json);
  } else if (options.blob) {
    headers['content-type'] = options.blob.type;
    body = options.blob;
  }
  try {
    return await fetch(address(path, options.query), {
      method,
      headers,
      body,
      credentials: 'same-origin',
      signal: options.signal ?? null,
      keepalive: options.keepalive ?? false,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, { error: 'offline' });
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (answer.status === 204) return undefined as T;
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  if (answer.ok) return (isJson ? await answer.json() : await answer.blob()) as T;
  const body = isJson ? ((await answer.json().catch(() => ({}))) as ErrorBody) : {};
  const retryAfter = Number(answer.headers.get('retry-after'));
  throw new ApiError(
    answer.status,
    { request_id: answer.headers.get('x-request-id') ?? undefined, ...body } as ErrorBody,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
  );
}
