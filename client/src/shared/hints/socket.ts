import { needsRefresh, refresh } from '../session/refresh';
import { session } from '../session/session';
import { read, type ClientFrame, type Place, type ServerFrame, type Told } from './frames';

/**
 * The engine's socket. It tells what this person is told, each thing once and in order, and hints at what to look at again.
 * It comes back by itself and says where it stood; waiting longer each time (with a spread, so that a restarted engine is
 * not met by everybody at once), and sooner when the network or the page returns.
 */
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
const SESSION_OVER = 4001;
const TOO_MANY = 4009;

export type News =
  | ({ kind: 'told' } & Told)
  | { kind: 'hint'; what: string; id: string | null }
  /** Something was missed for good; `first` when the page has only just been loaded. */
  | { kind: 'stale'; first: boolean };

const inSight = () => document.visibilityState === 'visible';

let connected = false;
let current: WebSocket | null = null;
const watchers = new Set<() => void>();
const listeners = new Set<(news: News) => void>();

export const hintState = {
  subscribe(watcher: () => void) {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  snapshot: () => connected,
};

/** Called with all news for as long as the page is open. */
export function onNews(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Says something to the engine; false when there is nobody to say it to. */
export function say(frame: ClientFrame): boolean {
  if (!connected || current?.readyState !== WebSocket.OPEN) return false;
  current.send(JSON.stringify(frame));
  return true;
}

function tell(next: boolean) {
  if (connected === next) return;
  connected = next;
  for (const watcher of watchers) watcher();
}

function spread(news: News) {
  for (const listener of listeners) listener(news);
}

export function openSocket(): () => void {
  let socket: WebSocket | null = null;
  let place: Place | null = null;
  let timer = 0;
  let heart = 0;
  let answered = true;
  let wait = FIRST_MS;
  let comeBackMs: number | null = null;
  let asking = false;
  let closed = false;

  const later = (ms: number) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(connect, ms);
  };
  const tryAgain = () => {
    later(comeBackMs ?? wait * (0.5 + Math.random() / 2));
    if (comeBackMs === null) wait = Math.min(wait * 2, LONGEST_MS);
    comeBackMs = null;
  };

  function connect() {
    window.clearTimeout(timer);
    if (closed || socket || asking || session.endsAt() === null || !navigator.onLine) return;
    if (needsRefresh()) renew();
    else open();
  }

  /** A socket is opened by the cookie, so it must be one that still holds. */
  function renew() {
    asking = true;
    refresh()
      .then((known) => {
        asking = false;
        if (closed) return;
        if (known) open();
        else session.lost();
      })
      .catch(() => {
        asking = false;
        if (!closed) tryAgain();
      });
  }

  function open() {
    const url = new URL('/ws', window.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const mine = new WebSocket(url);
    socket = mine;
    current = mine;
    mine.onopen = () => {
      const hello: ClientFrame = {
        type: 'hello',
        epoch: place?.epoch ?? null,
        seq: place?.seq ?? null,
        visible: inSight(),
      };
      mine.send(JSON.stringify(hello));
    };
    mine.onmessage = (event) => {
      answered = true;
      const frame = read(event.data);
      if (frame) take(frame);
    };
    mine.onclose = ({ code }) => ended(mine, code);
  }

  function take(frame: ServerFrame) {
    switch (frame.type) {
      case 'welcome':
        wait = FIRST_MS;
        beat(frame.heartbeat_s * 1000);
        tell(true);
        // When it resumes, the events up to this place are still to come.
        if (!frame.resumed) restart(frame);
        return;
      case 'resync':
        restart(frame);
        return;
      case 'event':
        if (place && place.epoch === frame.epoch && frame.seq <= place.seq) return;
        place = { epoch: frame.epoch, seq: frame.seq };
        spread({ kind: 'told', event: frame.event, data: frame.data } as News);
        return;
      case 'hint':
        spread({ kind: 'hint', what: frame.what, id: frame.id });
        return;
      case 'reconnect':
        // All are sent away at once; they need not come back at once.
        comeBackMs = frame.in_ms * (1 + Math.random() / 2);
        return;
      case 'pong':
    }
  }

  function restart(from: Place) {
    const first = place === null;
    place = { epoch: from.epoch, seq: from.seq };
    spread({ kind: 'stale', first });
  }

  /** A network that has died says nothing: what does not answer until the next beat is given up. */
  function beat(everyMs: number) {
    window.clearInterval(heart);
    answered = true;
    if (everyMs <= 0) return;
    heart = window.setInterval(() => {
      if (!socket) return;
      if (!answered) {
        const dead = socket;
        ended(dead, 1006);
        dead.close();
        return;
      }
      answered = false;
      say({ type: 'ping' });
    }, everyMs);
  }

  function ended(which: WebSocket, code: number) {
    if (socket !== which) return;
    socket = null;
    current = null;
    window.clearInterval(heart);
    tell(false);
    if (closed) return;
    if (code === SESSION_OVER && session.endsAt() !== null) renew();
    // Coming back at once would send another page of this person away; it returns when it is looked at.
    else if (code === TOO_MANY && !inSight()) return;
    else tryAgain();
  }

  const soon = () => {
    if (inSight()) connect();
  };
  /** What is shown where nobody looks is not seen. */
  const turned = () => {
    const frame: ClientFrame = { type: 'visible', visible: inSight() };
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    soon();
  };

  connect();
  window.addEventListener('online', soon);
  // Before all others hear of it: what they then say they have shown is said by a page in sight.
  document.addEventListener('visibilitychange', turned, { capture: true });
  return () => {
    closed = true;
    window.clearTimeout(timer);
    window.clearInterval(heart);
    window.removeEventListener('online', soon);
    document.removeEventListener('visibilitychange', turned, { capture: true });
    socket?.close();
    if (current === socket) current = null;
    tell(false);
  };
}
