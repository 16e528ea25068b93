import { Ajv2020 } from 'ajv/dist/2020';
import schema from '../../../protocol.schema.json';
import type { ClientFrame, Due, ServerFrame } from './frames';

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
});
ajv.addSchema(schema, 'protocol');
const fits = (side: 'client' | 'server', frame: unknown) => {
  const check = ajv.getSchema(`protocol#/$defs/${side}`);
  if (!check) throw new Error(`the schema has no ${side}`);
  return check(frame);
};

const due: Due = {
  reminder_id: 7,
  task_id: 3,
  title: 'להתקשר לדנה',
  notes: '',
  channel: 'call',
  priority: 'high',
  due_at: '2026-11-22T10:00:00Z',
  remind_at: '2026-11-22T10:00:00Z',
  late_s: 0,
  rings: 1,
  snooze_count: 0,
  customer: { id: 4, name: 'דנה', phone: '+972501234567' },
  assignee: null,
  call_id: null,
  modal: true,
};
const at = '2026-11-22T10:00:00.123456Z';

const said: ClientFrame[] = [
  { type: 'hello', epoch: null, seq: null, visible: true },
  { type: 'hello', epoch: 5, seq: 7, visible: false },
  { type: 'visible', visible: false },
  { type: 'shown', reminders: [7] },
  { type: 'ping' },
];
const sent: ServerFrame[] = [
  { type: 'welcome', epoch: 5, seq: 7, resumed: true, heartbeat_s: 25, user: 1, business: 2 },
  { type: 'resync', epoch: 6, seq: 0 },
  { type: 'event', seq: 8, epoch: 5, at, event: 'task:due', data: due },
  { type: 'event', seq: 8, epoch: 5, at, event: 'task:due', data: { ...due, customer: null } },
  { type: 'event', seq: 9, epoch: 5, at, event: 'task:digest', data: { count: 31, tasks: [due] } },
  {
    type: 'event',
    seq: 10,
    epoch: 5,
    at,
    event: 'reminder:closed',
    data: { reminder_id: 7, task_id: 3, state: 'snoozed', remind_at: at, by: 1 },
  },
  {
    type: 'event',
    seq: 11,
    epoch: 5,
    at,
    event: 'task:updated',
    data: { task_id: 3, version: 2, status: 'done' },
  },
  { type: 'hint', what: 'calls', id: 'CA1' },
  { type: 'hint', what: 'tasks', id: null },
  { type: 'pong' },
  { type: 'reconnect', in_ms: 500 },
];

test.each(said)('what a page says is in the protocol: $type', (frame) => {
  expect(fits('client', frame)).toBe(true);
  expect(fits('server', frame)).toBe(false);
});

test.each(sent)('what a page is sent is in the protocol: $type', (frame) => {
  expect(fits('server', frame)).toBe(true);
  expect(fits('client', frame)).toBe(false);
});

test.each([
  { type: 'hello' },
  { type: 'pong', extra: 1 },
  { type: 'hint', what: 'tasks' },
  { type: 'event', seq: 1, epoch: 5, at, event: 'task:due', data: { ...due, extra: 1 } },
  { type: 'event', seq: 1, epoch: 5, at, event: 'task:done', data: {} },
  { type: 'event', seq: 1, epoch: 5, at, event: 'task:updated', data: due },
  { type: 'event', seq: 1, epoch: 5, at: 'now', event: 'task:due', data: due },
])('what is not in the protocol is refused: %j', (frame) => {
  expect(fits('server', frame)).toBe(false);
});
