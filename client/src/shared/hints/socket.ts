import { session } from '../session/session';

export interface Hint {
  type: string;
  data?: { id?: string };
}

/**
 * The engine's socket: news, never the truth. It comes back by itself, waiting longer each time (with a spread, so that
 * a restarted engine is not met by everybody at once), and sooner when the network or the page returns.
 */
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

let connected = false;
const listeners = new Set<() => void>();

export const hintState = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  snapshot: () => connected,
};

function tell(next: boolean) {
  if (connected === next) return;
  connected = next;
  for (const listener of listeners) listener();
}

export function openHints(onHint: (hint: Hint) => void): () => void {
  let socket: WebSocket | null = null;
  let timer = 0;
  let wait = FIRST_MS;
  let closed = false;

  const connect = () => {
    window.clearTimeout(timer);
    if (closed || socket || session.endsAt() === null || !navigator.onLine) return;
    const url = new URL('/ws', window.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    socket = new WebSocket(url);
    socket.onopen = () => {
      wait = FIRST_MS;
      tell(true);
      // Whatever happened while there was no socket.
      onHint({ type: 'call:missed' });
    };
    socket.onmessage = (event) => {
      const hint = parse(event.data);
      if (hint) onHint(hint);
    };
    socket.onclose = () => {
      socket = null;
      tell(false);
      if (closed) return;
      timer = window.setTimeout(connect, wait * (0.5 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_MS);
    };
  };
  const soon = () => {
    if (document.visibilityState === 'visible') connect();
  };

  connect();
  window.addEventListener('online', soon);
  document.addEventListener('visibilitychange', soon);
  return () => {
    closed = true;
    window.clearTimeout(timer);
    window.removeEventListener('online', soon);
    document.removeEventListener('visibilitychange', soon);
    socket?.close();
    tell(false);
  };
}

function parse(data: unknown): Hint | null {
  try {
    const hint: unknown = JSON.parse(String(data));
    return typeof hint === 'object' && hint !== null && 'type' in hint && typeof hint.type === 'string'
      ? (hint as Hint)
      : null;
  } catch {
    return null;
  }
}
