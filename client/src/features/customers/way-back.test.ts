import type { CustomerRow } from '@/shared/api/types';
import { wayBack } from './way-back';

const row = (id: number, more: Partial<CustomerRow> = {}): CustomerRow => ({
  id,
  name: 'דנה',
  phone: null,
  email: null,
  status: 'lead',
  stage: 'new',
  tags: [],
  assignee: null,
  source: 'call',
  last_activity_at: '2026-11-21T10:00:00Z',
  created_at: '2026-11-21T10:00:00Z',
  updated_at: '2026-11-21T10:00:00Z',
  version: 1,
  ...more,
});

test('who had a tag before keeps it', () => {
  expect(wayBack({ tag: 'חם' }, [row(1), row(2, { tags: ['חם'] })])).toEqual([
    { ids: [1], do: { untag: 'חם' } },
  ]);
  expect(wayBack({ tag: 'חם' }, [row(2, { tags: ['חם'] })])).toEqual([]);
});

test('each goes back to whom it belonged to, those alike together', () => {
  const dana = { id: 7, name: 'דנה' };
  expect(wayBack({ assign: 9 }, [row(1), row(2, { assignee: dana }), row(3)])).toEqual([
    { ids: [1, 3], do: { assign: 0 } },
    { ids: [2], do: { assign: 7 } },
  ]);
  expect(wayBack({ assign: 7 }, [row(2, { assignee: dana })])).toEqual([]);
});

test('what was deleted is restored one by one', () => {
  expect(wayBack({ delete: true }, [row(1), row(2)])).toEqual([{ restore: [1, 2] }]);
});
