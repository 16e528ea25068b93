import { request } from '../api/request';

/** The worker's address changes with it, so that a browser takes the new one. */
const VERSION = 1;
const ADDRESS = `/sw.js?v=${VERSION}`;

export type PushState = 'unable' | 'denied' | 'off' | 'on';

/** Whether this browser can be pushed to at all. */
export const canPush = () =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

export async function pushState(): Promise<PushState> {
  if (!canPush()) return 'unable';
  if (Notification.permission === 'denied') return 'denied';
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = await registration?.pushManager.getSubscription();
  return subscription && Notification.permission === 'granted' ? 'on' : 'off';
}

/**
 * Where the worker was registered once it is kept at its newest, and the engine is told whose the browser is now;
 * elsewhere it is not installed unasked.
 */
export async function keepWorker() {
  if ((await pushState()) !== 'on') return;
  const registration = await navigator.serviceWorker.register(ADDRESS, { scope: '/' });
  const subscription = await registration.pushManager.getSubscription();
  if (subscription) await request('POST', '/api/notifications/subscribe', { json: subscription.toJSON() });
}

/** Asks the person, then the browser's push service, then tells the engine. False: the person said no. */
export async function subscribe(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const { key } = await request<{ key: string }>('GET', '/api/notifications/key');
  await navigator.serviceWorker.register(ADDRESS, { scope: '/' });
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(key),
  });
  await request('POST', '/api/notifications/subscribe', { json: subscription.toJSON() });
  return true;
}

/** The engine forgets it first: what it forgot can't be sent to, whatever the browser keeps. */
export async function unsubscribe() {
  if (!canPush()) return;
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return;
  await request('POST', '/api/notifications/unsubscribe', { json: { endpoint: subscription.endpoint } });
  await subscription.unsubscribe();
}

/** base64url, as VAPID keys are written. */
export function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
