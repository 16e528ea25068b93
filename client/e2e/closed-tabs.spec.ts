// No tab is open: the push service is sent what only this browser can read, and its service worker shows it and answers it.
import type { BrowserContext, Worker } from '@playwright/test';
import { apiOf, expect, logIn, test, type OwnEngine } from './own-engine';

interface Told {
  kind: string;
  title: string;
  task_id: number;
  reminder_id: number;
  url: string;
  tag: string;
  late: boolean;
}

/** What a service worker has around it. */
interface Around {
  registration: ServiceWorkerRegistration;
  NotificationEvent: new (kind: string, of: { notification: Notification; action: string }) => Event;
}

const shown = (worker: Worker) =>
  worker.evaluate(async () => {
    const { registration } = self as unknown as Around;
    return (await registration.getNotifications()).map((one) => {
      const { title, body, tag, lang, dir, requireInteraction } = one;
      const { actions } = one as unknown as { actions: { action: string; title: string }[] };
      return {
        title,
        body,
        tag,
        lang,
        dir,
        requireInteraction,
        actions: actions.map(({ action }) => action),
      };
    });
  });

/** A button of the one notification: the protocol has no press, so the worker is given the event of one. */
const pressed = (worker: Worker, action: string) =>
  worker.evaluate(async (action) => {
    const { registration, NotificationEvent } = self as unknown as Around;
    const [notification] = await registration.getNotifications();
    if (!notification) throw new Error('nothing is shown');
    const event = new NotificationEvent('notificationclick', { notification, action });
    // An event that a script made may not be waited for.
    const done = new Promise((resolve) => {
      Object.defineProperty(event, 'waitUntil', { value: resolve });
    });
    self.dispatchEvent(event);
    await done;
  }, action);

/** Delivers to the browser as its push service would, through the browser's protocol. No page of ours is open for it. */
async function delivery(context: BrowserContext, own: OwnEngine) {
  const blank = await context.newPage();
  const protocol = await context.newCDPSession(blank);
  const registered = new Promise<string>((resolve) => {
    protocol.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find((one) => one.scopeURL === `${own.base}/` && !one.isDeleted);
      if (ours) resolve(ours.registrationId);
    });
  });
  await protocol.send('ServiceWorker.enable');
  const registrationId = await registered;
  return (data: string) =>
    protocol.send('ServiceWorker.deliverPushMessage', { origin: own.base, registrationId, data });
}

test('with every tab closed a reminder is pushed, read by this browser alone, shown, put off and done', async ({
  own,
  browser,
  playwright,
}) => {
  test.setTimeout(240_000);
  const context = await browser.newContext({ baseURL: own.base, permissions: ['notifications'] });
  const device = own.push.browser(`device-${Date.now()}`);
  await device.playIn(context);
  const page = await logIn(context, own.manager, '/profile');
  const installed = context.waitForEvent('serviceworker');
  const onThisDevice = page.getByRole('switch', { name: 'התראות במכשיר הזה' });
  await onThisDevice.click();
  await expect(onThisDevice).toBeChecked();
  const worker = await installed;
  const key = await page.evaluate(() => localStorage.getItem('story.subscribed') ?? '');
  const deliver = await delivery(context, own);
  await page.close();

  const api = await apiOf(playwright.request, own, own.manager);
  const customer = (await api.tasks()).find((one) => one.customer?.phone)?.customer;
  const task = await api.make({
    title: 'להתקשר לרינה ₪ 🙂',
    due_at: new Date(own.now() + 120_000).toISOString(),
    customer_id: customer?.id,
  });
  /** The next push, once its time has come: as it is sent, and as this browser reads it. */
  const next = async (count: number): Promise<[string, Told]> => {
    const [reminder] = (await api.task(task.id)).reminders;
    own.set(Date.parse(reminder?.remind_at ?? '') - 2_000);
    await expect.poll(() => device.sent().length, { timeout: 30_000 }).toBe(count);
    const [sent] = device.sent().slice(-1);
    if (!sent) throw new Error('it was sent');
    expect(sent.headers).toMatchObject({ urgency: 'high', 'content-encoding': 'aes128gcm' });
    expect(sent.headers.topic).toBe(`task-${task.id}`);
    // By the key that the page had subscribed with.
    const vapid = Buffer.from(key, 'base64').toString('base64url');
    expect(sent.headers.authorization).toMatch(new RegExp(`^vapid t=\\S+, k=${vapid}$`));
    expect(sent.body.includes('task')).toBe(false);
    const text = device.read(sent);
    return [text, JSON.parse(text) as Told];
  };
  const state = async () => (await api.task(task.id)).reminders[0]?.state;

  const [first, told] = await next(1);
  expect(told).toMatchObject({
    kind: 'due',
    title: task.title,
    task_id: task.id,
    reminder_id: task.reminders[0]?.id,
    url: `/tasks?task=${task.id}`,
    late: false,
  });
  await deliver(first);
  await expect.poll(() => shown(worker)).toHaveLength(1);
  expect(await shown(worker)).toMatchObject([
    { title: task.title, tag: `task-${task.id}`, lang: 'he', dir: 'rtl', requireInteraction: true },
  ]);
  // As many buttons as this system shows.
  const [{ actions } = { actions: [] }] = await shown(worker);
  expect(['call', 'whatsapp', 'snooze', 'done'].slice(0, actions.length)).toEqual(actions);
  await pressed(worker, 'snooze');
  expect(await shown(worker)).toEqual([]);
  expect(await state()).toBe('snoozed');

  // A quarter of an hour later it is pushed again, and done without a page.
  const [second] = await next(2);
  await deliver(second);
  await expect.poll(() => shown(worker)).toHaveLength(1);
  await pressed(worker, 'done');
  expect(await shown(worker)).toEqual([]);
  await expect.poll(async () => (await api.task(task.id)).status).toBe('done');
  expect(await state()).toBe('done');

  // Who looks at the application is not told twice.
  const back = await context.newPage();
  await back.goto('/tasks');
  await expect(back.getByRole('heading', { level: 1 })).toBeVisible();
  await deliver(second);
  await back.waitForTimeout(1_000);
  expect(await shown(worker)).toEqual([]);
  expect(device.sent()).toHaveLength(2);
  await context.close();
});
