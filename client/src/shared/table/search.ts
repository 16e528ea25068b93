/** What a list's address says: page, sort, words, filters, and how the table looks. Anything else in it is dropped. */
export interface TableSearch {
  page?: number;
  limit?: number;
  q?: string;
  sort?: string;
  /** Columns in their order, those hidden with a minus before them. */
  cols?: string;
  density?: 'compact';
  tab?: string;
  status?: string;
  action?: string;
  assignee?: string;
  priority?: string;
  stage?: string;
  tag?: string;
  view?: 'board';
  /** A task's number, or a new one. */
  task?: number | 'new';
  /** The form for a new customer is open. */
  customer?: 'new';
  from?: string;
  to?: string;
  /** How a call began to end, and who called whom. */
  outcome?: string;
  direction?: string;
  /** What the clock showed when it began: 0 is Sunday. */
  weekday?: number;
  hour?: number;
  /** A message was left. */
  message?: 'yes';
  /** Whoever followed it up first. */
  followed?: string;
  /** Which moment of a task `from` and `to` are about, and who did it. */
  by?: string;
  doer?: string;
  /** The farthest stage of a customer. */
  reached?: string;
}

const LIMITS = [10, 25, 50, 100];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** An address's numbers come as numbers. */
const asText = (value: unknown) => (typeof value === 'number' ? String(value) : value);

export function tableSearch(raw: Record<string, unknown>): TableSearch {
  const search: TableSearch = {};
  const page = Number(raw.page);
  const limit = Number(raw.limit);
  const word = (value: unknown, form: RegExp) =>
    typeof value === 'string' && form.test(value) ? value : undefined;
  if (Number.isInteger(page) && page > 1 && page <= 1_000_000) search.page = page;
  if (LIMITS.includes(limit)) search.limit = limit;
  const q = asText(raw.q);
  if (typeof q === 'string' && q) search.q = q.slice(0, 200);
  const named = {
    sort: word(raw.sort, /^-?[a-z_]{1,40}$/),
    cols: word(raw.cols, /^[-a-z_.]{1,400}$/),
    tab: word(raw.tab, /^[a-z]{1,20}$/),
    assignee: word(asText(raw.assignee), /^(me|none|\d{1,18})$/),
    priority: word(raw.priority, /^[a-z]{1,20}$/),
    stage: word(raw.stage, /^[a-z_]{1,20}$/),
    status: word(raw.status, /^[a-z_]{1,20}$/),
    action: word(raw.action, /^[a-z_.:]{1,60}$/),
    outcome: word(raw.outcome, /^[a-z]{1,20}$/),
    direction: word(raw.direction, /^[a-z]{1,20}$/),
    followed: word(asText(raw.followed), /^(any|me|\d{1,18})$/),
    by: word(raw.by, /^[a-z]{1,20}$/),
    doer: word(asText(raw.doer), /^(me|\d{1,18})$/),
    reached: word(raw.reached, /^[a-z_]{1,20}$/),
    from: word(raw.from, DAY),
    to: word(raw.to, DAY),
  };
  for (const [name, value] of Object.entries(named)) if (value) Object.assign(search, { [name]: value });
  const within = (value: unknown, most: number) => {
    const number = value === undefined || value === '' ? NaN : Number(value);
    return Number.isInteger(number) && number >= 0 && number <= most ? number : undefined;
  };
  const weekday = within(raw.weekday, 6);
  const hour = within(raw.hour, 23);
  if (weekday !== undefined) search.weekday = weekday;
  if (hour !== undefined) search.hour = hour;
  if (raw.message === 'yes') search.message = 'yes';
  const task = Number(raw.task);
  if (raw.task === 'new') search.task = 'new';
  else if (Number.isSafeInteger(task) && task > 0) search.task = task;
  const tag = asText(raw.tag);
  if (typeof tag === 'string' && tag.trim()) search.tag = tag.trim().slice(0, 40);
  if (raw.customer === 'new') search.customer = 'new';
  if (raw.view === 'board') search.view = 'board';
  if (raw.density === 'compact') search.density = 'compact';
  return search;
}
