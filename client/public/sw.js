/* Push messages only: pages and their data are never touched here, so an old worker can't show an old application. */
const words = { call: 'התקשרות', whatsapp: 'וואטסאפ', snooze: 'עוד 15 דקות', done: 'בוצע' };

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => event.waitUntil(arrived(event.data)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(answered(event.action, event.notification.data ?? {}));
});
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renewed(event)));

const pages = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

async function arrived(data) {
  let told;
  try {
    told = data.json();
  } catch {
    return;
  }
  const open = await pages();
  const seen = open.filter((page) => page.visibilityState === 'visible');
  // Whoever looks at the application sees the reminder there; a test is for the device itself.
  if (seen.length > 0 && told.kind !== 'test') {
    for (const page of seen) page.postMessage({ type: 'push', reminder: told.reminder_id ?? null });
    return;
  }
  const due = told.kind === 'due';
  const actions = [
    ...(due && told.phone ? ['call'] : []),
    ...(due && told.whatsapp ? ['whatsapp'] : []),
    ...(due && told.act ? ['snooze', 'done'] : []),
  ].map((action) => ({ action, title: words[action] }));
  await self.registration.showNotification(told.title, {
    body: told.body ?? '',
    dir: 'rtl',
    lang: 'he',
    icon: '/favicon.svg',
    badge: '/favicon.svg',
    ...(told.tag && { tag: told.tag, renotify: true }),
    requireInteraction: due,
    timestamp: typeof told.ts === 'number' ? told.ts : Date.now(),
    actions,
    data: { url: told.url, act: told.act, whatsapp: told.whatsapp },
  });
}

async function answered(action, { url, act, whatsapp }) {
  if (action === 'whatsapp' && whatsapp?.startsWith('https://wa.me/')) {
    await self.clients.openWindow(whatsapp);
    return;
  }
  if ((action === 'snooze' || action === 'done') && act) {
    const json = action === 'snooze' ? { action, minutes: 15 } : { action };
    const took = await fetch(act, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (took) return;
  }
  // To call needs the page: a worker can't dial. The reminder that still rings is over it, one key from the call.
  await show(new URL(url ?? '/tasks', self.location.origin));
}

async function show(place) {
  if (place.origin !== self.location.origin) return;
  const [first] = await pages();
  if (!first) {
    await self.clients.openWindow(place.href);
    return;
  }
  await first.focus();
  first.postMessage({ type: 'open', path: place.pathname + place.search });
}

async function renewed(event) {
  const key = event.oldSubscription?.options.applicationServerKey;
  const next =
    event.newSubscription ??
    (key &&
      (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
  if (!next) return;
  await fetch('/api/notifications/subscribe', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(next.toJSON()),
  });
}
