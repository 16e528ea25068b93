/**
 * Whether this browser is logged in, as far as script may know: the tokens are cookies that it never sees, so it keeps
 * when the access token ends. All tabs share that through storage.
 */
const KEY = 'al.session';
const listeners = new Set<() => void>();

function read(): number | null {
  try {
    const value = Number(localStorage.getItem(KEY));
    return Number.isFinite(value) && value > 0 ? value : null;
  } catch {
    return null;
  }
}

function write(value: number | null) {
  try {
    if (value === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, String(value));
  } catch {
    // Without storage every visit begins at the log-in page, which is safe.
  }
}

export const session = {
  /** When the access token ends (milliseconds), or null when nobody is logged in here. */
  endsAt: read,
  opened(expiresInS: number) {
    write(Date.now() + expiresInS * 1000);
  },
  closed() {
    write(null);
  },
  /** The engine no longer knows us: forget, and tell the application, which goes to the log-in page. */
  lost() {
    write(null);
    for (const listener of listeners) listener();
  },
  /** Called when the session is lost here, or when another tab logs out. */
  onLost(listener: () => void): () => void {
    const fromOtherTab = ({ key, newValue }: StorageEvent) => {
      if (key === KEY && newValue === null) listener();
    };
    listeners.add(listener);
    window.addEventListener('storage', fromOtherTab);
    return () => {
      listeners.delete(listener);
      window.removeEventListener('storage', fromOtherTab);
    };
  },
};
