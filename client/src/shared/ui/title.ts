/** The document's title: the page's words, and how many reminders ring before them, so that a tab among many tells. */
let words = document.title;
let ringing = 0;

function write() {
  document.title = ringing > 0 ? `(${ringing}) ${words}` : words;
}

export function setTitle(next: string) {
  words = next;
  write();
}

/** Also on the application's icon, where the device has one. */
export function setRinging(count: number) {
  ringing = count;
  write();
  const device: Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>> = navigator;
  const told = count > 0 ? device.setAppBadge?.(count) : device.clearAppBadge?.();
  // A page that is not installed has no icon to write on.
  void told?.catch(() => undefined);
}
