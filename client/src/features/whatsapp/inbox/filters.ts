import type { Asked } from '../api/conversations';

/** What the inbox may be narrowed to, each a tab with an address. */
export const filters = ['all', 'mine', 'unassigned', 'unread', 'snoozed', 'closed'] as const;
export type InboxFilter = (typeof filters)[number];

export const asked: Record<InboxFilter, Asked> = {
  all: { status: 'open' },
  mine: { status: 'open', assignee: 'me' },
  unassigned: { status: 'open', assignee: 'none' },
  unread: { unread: true },
  snoozed: { status: 'snoozed' },
  closed: { status: 'closed' },
};

export interface InboxSearch {
  show?: InboxFilter;
  /** The conversation that is open. */
  c?: number;
  q?: string;
}

/** Of an address; anything else in it is dropped. */
export function inboxSearch(raw: Record<string, unknown>): InboxSearch {
  const show = filters.find((one) => one === raw.show);
  return {
    ...(show && show !== 'all' && { show }),
    ...(typeof raw.c === 'number' && Number.isSafeInteger(raw.c) && raw.c > 0 && { c: raw.c }),
    ...(typeof raw.q === 'string' && raw.q.trim() && { q: raw.q.slice(0, 200) }),
  };
}
