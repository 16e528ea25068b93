import { patchOf, sameView, viewOf } from './view-address';

test('a view keeps what is looked at and how, not where in it one is', () => {
  expect(viewOf({ page: 4, q: 'לוי', stage: 'viewing', sort: '-last_activity', customer: 'new' })).toEqual({
    q: 'לוי',
    stage: 'viewing',
    sort: '-last_activity',
  });
});

test('a view takes away what it does not name', () => {
  expect(patchOf({ stage: 'won', limit: '50' })).toEqual({
    q: undefined,
    status: undefined,
    stage: 'won',
    tag: undefined,
    assignee: undefined,
    sort: undefined,
    cols: undefined,
    density: undefined,
    limit: 50,
  });
});

test('an address is a view when both say the same', () => {
  expect(sameView({ stage: 'won' }, { stage: 'won' })).toBe(true);
  expect(sameView({ stage: 'won' }, { stage: 'won', q: 'a' })).toBe(false);
});
