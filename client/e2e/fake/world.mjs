// The rows of the fake engine.
export class Refusal extends Error {
  constructor(status, code, more = {}) {
    super(code);
    Object.assign(this, { status, code, more });
  }
}

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const span = (from, to) => ({ from, to });
const week = () => [
  [span('09:00', '13:00'), span('16:00', '19:00')],
  [span('09:00', '18:00')],
  [span('09:00', '18:00')],
  [span('09:00', '18:00')],
  [span('09:00', '18:00')],
  [span('09:00', '13:00')],
  [],
];

let ids = 100;
export const nextId = () => (ids += 1);

const business = (id, name, numbers, more = {}) => ({
  id,
  name,
  active: true,
  time_zone: 'Asia/Jerusalem',
  voice: 'he-female-1',
  greeting_text: `שלום, הגעתם אל ${name}. במה אפשר לעזור?`,
  greeting_uploaded: false,
  greeting_ready: true,
  on_failure: 'message',
  transfer_to: null,
  turn_limit: 12,
  features: ['calls', 'crm', 'whatsapp'],
  hours: {
    week: week(),
    holidays: [
      { date: '2027-04-21', name: 'ערב פסח', open: [span('09:00', '12:00')] },
      { date: '2027-04-22', name: 'פסח', open: [] },
    ],
  },
  limits: { concurrent_calls: 10, calls_per_day: 1000 },
  numbers,
  version: 1,
  created_at: ago(60 * 24 * 90),
  updated_at: ago(60 * 24 * 2 + id * 500),
  ...more,
});

const businesses = [
  business(1, 'נדל״ן הכרמל', ['+97246210001', '+972772010001']),
  business(2, 'מרפאת שיניים ד״ר לוי', ['+97235550123'], {
    limits: { concurrent_calls: 4, calls_per_day: 200 },
  }),
  business(3, 'Cohen & Sons Garage', ['+97286543210'], { features: ['calls'] }),
  business(4, 'סטודיו יוגה רמת אביב', [], { active: false, features: ['calls', 'crm'] }),
  business(5, 'מספרת אורלי', ['+97249876543'], { features: ['crm'] }),
  ...['חשמל וקור בע״מ', 'גן אירועים הפרדס', 'משרד עו״ד ברק־שגיא', 'פיצה נאפולי', 'הובלות המהיר'].map(
    (name, i) => business(6 + i, name, [`+97231234${500 + i}`]),
  ),
];

const user = (id, name, email, admin, memberships, current) => ({
  id,
  name,
  email,
  locale: 'he',
  admin,
  memberships,
  current,
  password: 'carmel-2026',
});
const users = [
  user(1, 'תמר אדלר', 'admin@example.com', true, [], null),
  user(
    2,
    'נועם פרידמן',
    'manager@example.com',
    false,
    [
      { business_id: 1, role: 'manager' },
      { business_id: 2, role: 'agent' },
    ],
    1,
  ),
  user(3, 'יעל כהן', 'agent@example.com', false, [{ business_id: 1, role: 'agent' }], 1),
  user(4, 'David Levi', 'david@example.com', false, [{ business_id: 1, role: 'agent' }], 1),
];

const talk = [
  [
    'שלום, אני מחפשת דירת ארבעה חדרים בכרמל, עם מרפסת וחניה.',
    'נהדר. באיזה תקציב מדובר, ומתי תרצו להיכנס לדירה?',
    'buy',
  ],
  [
    'עד שני מיליון וחצי, ועדיף לפני הקיץ.',
    'רשמתי: ארבעה חדרים בכרמל, עד ‎2,500,000 ₪, לפני הקיץ. אפשר שם ומספר לחזרה?',
    'budget',
  ],
  [
    'דנה אברהמי, 054-7654321. אפשר לחזור אליי מחר בעשר.',
    'תודה דנה. נחזור אלייך מחר בשעה 10:00 למספר 054-765-4321. יום נעים!',
    'callback',
  ],
];
export const turn = (n, minutesAgo, state = 'done', more = {}) => {
  const [heard, answered, intent] = talk[(n - 1) % talk.length];
  const took = {
    download: 140 + n * 22,
    transcribe: 610 + n * 90,
    reply: 35 + n * 4,
    synthesise: 320 + n * 40,
  };
  return {
    turn: n,
    state,
    purpose: 'turn',
    received_at: ago(minutesAgo),
    answered_at: state === 'done' ? new Date(Date.now() - minutesAgo * 60_000 + 1900).toISOString() : null,
    heard: ['received', 'downloaded', 'validated'].includes(state) ? null : heard,
    answered: state === 'done' ? answered : null,
    intent: state === 'done' ? intent : null,
    understood: state === 'done' ? true : null,
    reason: null,
    audio_ms: 5200,
    speech_ms: 4100,
    took_ms:
      state === 'done' ? took : { download: took.download, transcribe: null, reply: null, synthesise: null },
    transcribed_by: 'local/phonemes',
    replied_by: 'rules',
    synthesised_by: 'local/he-female-1',
    caller_audio: `/files/caller-${n}.wav?n=${3 + (n % 3) * 1.4}&e=1&s=x`,
    reply_audio: state === 'done' ? `/files/reply-${n}.wav?n=${4 + (n % 2) * 1.7}&e=1&s=x` : null,
    ...more,
  };
};

const customers = [
  'דנה אברהמי',
  'יוסי מזרחי',
  'Michael Brown',
  'רחל בן־דוד',
  'אחמד חורי',
  null,
  'שירה גולן',
  'אבי שלום',
];
const intents = ['buy', 'callback', 'hours', 'message', 'price'];
const summaries = [
  'מתעניינת בדירת 4 חדרים בכרמל עד ‎2,500,000 ₪. ביקשה שיחה חוזרת מחר ב־10:00.',
  'שאל על שעות הפתיחה ביום שישי ועל חניה לאורחים.',
  'Asked for a price list by e-mail, prefers English.',
  'ביקשה לדבר עם סוכן על דירה ברחוב הנשיא.',
  'השאיר הודעה: לחזור אליו לפני הצהריים.',
];
const statuses = [
  'completed',
  'completed',
  'completed',
  'no_answer',
  'completed',
  'busy',
  'completed',
  'failed',
  'completed',
  'canceled',
];
const calls = Array.from({ length: Number(process.env.CALLS ?? 137) }, (_, i) => {
  const status = statuses[i % statuses.length];
  const done = status === 'completed';
  const started = 18 + i * 67;
  const length = done ? 48 + ((i * 37) % 260) : 0;
  const turns = done ? (i % 3) + 1 : 0;
  const name = customers[i % customers.length];
  return {
    business_id: 1,
    id: `CA${(0x5f3759df + i * 7919).toString(16).padStart(8, '0').repeat(4)}`,
    caller: i % 17 === 5 ? 'anonymous' : `+9725${(4 + i) % 9}${String(7654321 - i * 1313).slice(-7)}`,
    called: '+97246210001',
    direction: i % 9 === 4 ? 'outbound' : 'inbound',
    status,
    started_at: ago(started),
    ended_at: ago(started - length / 60),
    duration_s: length,
    turns,
    customer: done ? { id: i % customers.length, name: name ?? '' } : null,
    intent: done ? intents[i % intents.length] : null,
    summary: done ? summaries[i % summaries.length] : null,
    turns_list: Array.from({ length: turns }, (_, n) => turn(n + 1, started - n * 0.5)),
    details: done
      ? { name: name ?? 'דנה', city: 'חיפה', rooms: '4', budget: '2,500,000 ₪', phone: '+972547654321' }
      : {},
    tasks: done
      ? [{ id: i, title: `לחזור אל ${name ?? 'המתקשר'}`, channel: 'call', due_at: ago(-60 * 20) }]
      : [],
  };
});

const live = (id, caller, name, startedAgo, turns_list) => ({
  business_id: 1,
  id,
  caller,
  called: '+97246210001',
  direction: 'inbound',
  status: 'in_progress',
  started_at: ago(startedAgo),
  ended_at: null,
  duration_s: null,
  turns: turns_list.length,
  customer: name ? { id: 1, name } : null,
  intent: 'buy',
  summary: null,
  turns_list,
  details: { city: 'חיפה', rooms: '4' },
  tasks: [],
});
calls.unshift(
  live('CAaaaa000011112222333344445555aaaa', '+972547654321', 'דנה אברהמי', 1.6, [
    turn(1, 1.2),
    turn(2, 0.4),
    turn(3, 0.05, 'downloaded'),
  ]),
  live('CAbbbb000011112222333344445555bbbb', '+972521112233', null, 0.4, []),
);

const actions = [
  'login.succeeded',
  'business.changed',
  'invitation.made',
  'calls.exported',
  'number.added',
  'login.failed',
  'recording.listened',
  'person.changed',
];
const audit = Array.from({ length: 312 }, (_, i) => ({
  seq: 312 - i,
  at: ago(7 + i * 43),
  actor: i % 6 === 5 ? null : { id: (i % 3) + 1, name: users[i % 3].name },
  action: actions[i % actions.length],
  subject: i % 2 ? 'business:1' : `user:${(i % 3) + 1}`,
  detail: { field: 'voice', from: 'he-male-1', to: 'he-female-1' },
  address: `84.229.${i % 255}.17`,
  request_id: `0190c${(i * 7919).toString(16)}`,
}));

export const world = {
  password: 'carmel-2026',
  firstRun: process.env.FIRST_RUN === '1',
  requests: 0,
  users: new Map(users.map((one) => [one.id, one])),
  sessions: new Map(),
  businesses: new Map(businesses.map((one) => [one.id, one])),
  calls,
  audit,
  invitations: [
    {
      id: 1,
      email: 'gal@example.com',
      name: 'גל שרון',
      role: 'agent',
      state: 'pending',
      created_at: ago(300),
      expires_at: ago(-60 * 24 * 6),
      invited_by: 'נועם פרידמן',
      business_id: 1,
      token: 'demo-invitation',
    },
    {
      id: 2,
      email: 'ron@example.com',
      name: 'רון ביטון',
      role: 'manager',
      state: 'accepted',
      created_at: ago(9000),
      expires_at: ago(100),
      invited_by: 'נועם פרידמן',
      business_id: 1,
      token: 'x',
    },
    {
      id: 3,
      email: 'maya@example.com',
      name: 'מאיה',
      role: 'agent',
      state: 'expired',
      created_at: ago(20000),
      expires_at: ago(9000),
      invited_by: 'נועם פרידמן',
      business_id: 1,
      token: 'y',
    },
  ],
  tokens: [
    {
      id: 1,
      name: 'חיבור ליומן',
      business_id: 1,
      role: 'agent',
      created_at: ago(60 * 24 * 12),
      last_used_at: ago(44),
    },
  ],
  script: `# התסריט של נדל״ן הכרמל
greeting = "שלום, הגעתם אל נדל״ן הכרמל. במה אפשר לעזור?"
goodbye = "תודה ויום נעים!"

[[intents]]
name = "buy"
keywords = ["דירה", "לקנות", "מחפשת", "מחפש"]
answer = "נהדר. באיזה תקציב מדובר?"
save = ["budget", "rooms", "city"]

[[intents]]
name = "hours"
keywords = ["שעות", "פתוח", "סגור"]
answer = "אנחנו פתוחים מ־9:00 עד 18:00."
`,
  ago,
};
