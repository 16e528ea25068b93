import type { News } from '@/shared/hints/socket';
import { sampleDue } from '../due/sample';
import { ringingAfter } from './ringing';

const due = (id: number, more = {}): News => ({ kind: 'told', event: 'task:due', data: sampleDue(id, more) });
const closed = (id: number): News => ({
  kind: 'told',
  event: 'reminder:closed',
  data: { reminder_id: id, task_id: id * 10, state: 'snoozed', remind_at: null, by: 1 },
});
const after = (...news: News[]) =>
  news
    .reduce<ReturnType<typeof ringingAfter>>(ringingAfter, [])
    .map((one) => `${one.reminder_id}:${one.rings}`);

test('what comes up waits behind what is looked at', () => {
  expect(after(due(2), due(1))).toEqual(['2:1', '1:1']);
});
test('a ring that is told twice rings once, and keeps its place', () => {
  expect(after(due(2), due(1), due(2, { rings: 2 }))).toEqual(['2:2', '1:1']);
});
test('what is answered anywhere is gone', () => {
  expect(after(due(2), due(1), closed(2))).toEqual(['1:1']);
});
test('a digest brings all of its tasks', () => {
  const tasks = [sampleDue(4), sampleDue(5)];
  expect(after(due(5), { kind: 'told', event: 'task:digest', data: { count: 2, tasks } })).toEqual([
    '5:1',
    '4:1',
  ]);
});
test('what only goes to the phone is not shown', () => {
  expect(after(due(1, { modal: false }))).toEqual([]);
});
