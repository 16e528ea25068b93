import type { Customer } from '@/shared/api/types';

/** A customer as the engine answers with one. */
export const customer = (more: Partial<Customer> = {}): Customer => ({
  id: 7,
  name: 'דנה לוי',
  phone: '+972501234567',
  email: null,
  status: 'lead',
  stage: 'new',
  tags: ['חם'],
  assignee: null,
  source: 'call',
  last_activity_at: '2026-11-21T10:00:00Z',
  created_at: '2026-11-20T10:00:00Z',
  updated_at: '2026-11-21T10:00:00Z',
  version: 3,
  identities: [{ id: 1, kind: 'phone', value: '+972501234567', display: '050-123-4567', primary: true }],
  details: {},
  notes_count: 0,
  open_tasks: 0,
  stage_reason: '',
  stage_since: '2026-11-20T10:00:00Z',
  needs: { city: null, rooms: null, budget: null },
  merged_into: null,
  ...more,
});

export const answer = (body: unknown, status = 200) =>
  Promise.resolve(
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }),
  );
