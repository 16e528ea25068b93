import { ApiError } from '../api/error';
import { session } from './session';

/** Renewed this long before the access token ends, so that ordinary requests never meet a 401. */
const AHEAD_MS = 60_000;

let flight: Promise<boolean> | null = null;

export function needsRefresh(): boolean {
  const endsAt = session.endsAt();
  return endsAt !== null && endsAt - Date.now() < AHEAD_MS;
}

/**
 * Renews the session: one request for all requests of this tab, and one tab at a time. A tab that waited for another one
 * finds the new end in storage and asks nothing. False means that the session is over; no answer at all is an error.
 */
export function refresh(): Promise<boolean> {
  flight ??= alone(session.endsAt()).finally(() => {
    flight = null;
  });
  return flight;
}

async function alone(before: number | null): Promise<boolean> {
  if (!('locks' in navigator)) return ask();
  return navigator.locks.request('al.refresh', () => {
    const now = session.endsAt();
    if (now !== null && now !== before && now - Date.now() > AHEAD_MS) return true;
    return ask();
  });
}

async function ask(): Promise<boolean> {
  let answer: Response;
  try {
    answer = await fetch('/auth/refresh', { method: 'POST', credentials: 'same-origin' });
  } catch {
    throw new ApiError(0, { error: 'offline' });
  }
  if (answer.ok) {
    const body = (await answer.json()) as { expires_in: number };
    session.opened(body.expires_in);
    return true;
  }
  if (answer.status === 401) return false;
  throw new ApiError(answer.status, { error: 'unavailable' });
}
