import { mappingOf, rolesOf, withRole, type Role } from './roles';

const heads = ['שם פרטי', 'משפחה', 'נייד', 'הערות', '', 'הערות'];
const guessed = { name: [0, 1], phones: [2], emails: [], tags: [], details: {} };

test('what has a head and no role is kept as a detail, until somebody chose', () => {
  expect(rolesOf(guessed, heads, false)).toEqual(['name', 'name', 'phones', 'detail', 'skip', 'detail']);
  expect(rolesOf(guessed, heads, true)).toEqual(['name', 'name', 'phones', 'skip', 'skip', 'skip']);
});

test('roles and mappings are each other, and two columns of one head are two details', () => {
  const all = rolesOf(guessed, heads, false);
  const mapping = mappingOf(all, heads);
  expect(mapping).toEqual({ ...guessed, details: { הערות: 3, 'הערות #6': 5 } });
  expect(mapping && rolesOf(mapping, heads, true)).toEqual(all);
});

test('a column without a head has a name as a detail', () => {
  expect(mappingOf(['name', 'detail'], ['שם', ' '])?.details).toEqual({ '#2': 1 });
});

test('there is one status', () => {
  expect(withRole(['name', 'status', 'skip'], 2, 'status')).toEqual(['name', 'skip', 'status']);
});

test.each([
  [['skip', 'detail'], false],
  [['tags', 'status'], false],
  [['emails', 'skip'], true],
] as [Role[], boolean][])('whether %j says who it is: %s', (all, says) => {
  expect(mappingOf(all, ['a', 'b']) !== null).toBe(says);
});
