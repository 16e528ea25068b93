// /api of the contract.
import { who } from './auth.mjs';
import { hint } from './socket.mjs';
import { speechlike } from './sound.mjs';
import { nextId, Refusal, turn, world } from './world.mjs';

/** The engine refuses names it does not know in a query. */
function known(query, names) {
  for (const name of query.keys())
    if (!names.includes(name)) throw new Refusal(400, 'bad_request', { detail: `unknown: ${name}` });
}

function list(rows, query, fields) {
  const page = Number(query.get('page') ?? 1);
  const limit = Number(query.get('limit') ?? 25);
  if (!(page >= 1) || !(limit >= 1 && limit <= 100)) throw new Refusal(400, 'bad_request');
  const q = query.get('q')?.toLowerCase();
  const sort = query.get('sort') ?? '';
  const key = sort.replace('-', '');
  let kept = q
    ? rows.filter((row) =>
        fields.some((field) =>
          String(field(row) ?? '')
            .toLowerCase()
            .includes(q),
        ),
      )
    : [...rows];
  if (key) {
    const sign = sort.startsWith('-') ? -1 : 1;
    kept.sort(
      (a, b) => sign * String(a[key] ?? '').localeCompare(String(b[key] ?? ''), 'he', { numeric: true }),
    );
  }
  const pages = Math.ceil(kept.length / limit);
  return { json: { results: kept.slice((page - 1) * limit, page * limit), page, pages, total: kept.length } };
}

const withoutList = ({ turns_list: _t, details: _d, tasks: _k, business_id: _b, ...call }) => call;
const withoutBusiness = ({ business_id: _b, ...call }) => call;

function calls({ query }, business, path) {
  known(query, ['page', 'limit', 'q', 'sort', 'status', 'from', 'to']);
  const from = query.get('from');
  const to = query.get('to');
  const kept = world.calls.filter(
    (call) =>
      call.business_id === business.id &&
      (!query.get('status') || call.status === query.get('status')) &&
      (!from || call.started_at >= from) &&
      (!to || call.started_at < to),
  );
  if (path === '/api/calls/live')
    return { json: { results: kept.filter((call) => call.ended_at === null).map(withoutBusiness) } };
  if (path === '/api/calls.csv')
    return {
      type: 'text/csv; charset=utf-8',
      headers: { 'content-disposition': 'attachment; filename="calls.csv"' },
      bytes: Buffer.from(
        `\ufeffid,caller\r\n${kept.map((call) => `${call.id},${call.caller ?? ''}`).join('\r\n')}\r\n`,
      ),
    };
  const [, id] = /^\/api\/calls\/([^/]+)$/.exec(path) ?? [];
  if (id) {
    const call = kept.find((one) => one.id === id);
    if (!call) throw new Refusal(404, 'not_found');
    return { json: withoutBusiness(call) };
  }
  return list(kept.map(withoutList), query, [(c) => c.caller, (c) => c.customer?.name, (c) => c.summary]);
}

function problems(source) {
  return source
    .split('\n')
    .flatMap((line, i) =>
      /^[^#[=]+$/.test(line.trim())
        ? [{ line: i + 1, column: line.length, problem: 'expected `=` after the name' }]
        : [],
    );
}

function changed(business, body) {
  if (body.version !== undefined && body.version !== business.version)
    throw new Refusal(409, 'conflict', { current: business });
  Object.assign(business, body, { version: business.version + 1, updated_at: new Date().toISOString() });
  return { json: business };
}

function businesses({ method, path, query, body }, user) {
  if (!user.admin) throw new Refusal(403, 'forbidden');
  known(query, ['page', 'limit', 'q', 'sort', 'active']);
  const all = [...world.businesses.values()].filter((one) => !one.deleted);
  if (path === '/api/businesses' && method === 'GET')
    return list(all, query, [(b) => b.name, (b) => b.numbers.join()]);
  if (path === '/api/businesses') {
    if (all.some((one) => one.name === body.name)) throw new Refusal(409, 'taken');
    const made = {
      ...structuredClone(world.businesses.get(1)),
      id: nextId(),
      name: body.name,
      numbers: body.number ? [body.number] : [],
      time_zone: body.time_zone ?? 'Asia/Jerusalem',
      version: 1,
    };
    world.businesses.set(made.id, made);
    return { status: 201, json: made };
  }
  const [, id, verb] = /^\/api\/businesses\/(\d+)(?:\/(\w+))?$/.exec(path) ?? [];
  const one = world.businesses.get(Number(id));
  if (!one || (one.deleted && verb !== 'restore')) throw new Refusal(404, 'not_found');
  if (verb === 'restore') return changed(one, { deleted: false });
  if (verb) return changed(one, { active: verb === 'reactivate' });
  if (method === 'GET') return { json: one };
  if (method === 'PUT') return changed(one, body);
  one.deleted = true;
  return undefined;
}

function current({ method, path, body }, business) {
  const name = `${method} ${path}`;
  switch (name) {
    case 'GET /api/business':
      return { json: business };
    case 'PATCH /api/business':
      return changed(business, body);
    case 'GET /api/business/numbers':
      return {
        json: {
          results: business.numbers.map((number) => ({ number })),
          page: 1,
          pages: 1,
          total: business.numbers.length,
        },
      };
    case 'POST /api/business/numbers':
      if ([...world.businesses.values()].some((one) => one.numbers.includes(body.number)))
        throw new Refusal(409, 'taken');
      changed(business, { numbers: [...business.numbers, body.number] });
      return { status: 201, json: { number: body.number } };
    case 'GET /api/business/script':
      return { json: { source: world.script, version: business.version } };
    case 'PUT /api/business/script': {
      const found = problems(body.source);
      if (found.length) throw new Refusal(422, 'invalid', { problems: found });
      const next = changed(business, { version: body.version }).json;
      world.script = body.source;
      return { json: { source: body.source, version: next.version } };
    }
    case 'POST /api/business/script/check': {
      const found = problems(body.source);
      return { json: { ok: found.length === 0, problems: found } };
    }
    case 'GET /api/business/greeting':
      return { type: 'audio/wav', bytes: speechlike(5) };
    case 'PUT /api/business/greeting':
      return changed(business, { greeting_uploaded: true });
    case 'DELETE /api/business/greeting':
      return changed(business, { greeting_text: '', greeting_uploaded: false });
    case 'POST /api/business/greeting/speak':
      return changed(business, { greeting_text: body.text, greeting_uploaded: false });
  }
  const [, number] = /^\/api\/business\/numbers\/(.+)$/.exec(path) ?? [];
  if (method === 'DELETE' && number) {
    changed(business, { numbers: business.numbers.filter((one) => one !== decodeURIComponent(number)) });
    return undefined;
  }
  throw new Refusal(404, 'not_found');
}

function people({ method, path, query, body }, business) {
  const row = (user) => ({
    user_id: user.id,
    name: user.name,
    email: user.email,
    role: user.memberships.find((one) => one.business_id === business.id).role,
    active: user.active ?? true,
    last_seen_at: user.id === 4 ? null : world.ago(user.id * 37),
    version: user.version ?? 1,
  });
  const members = [...world.users.values()].filter((user) =>
    user.memberships.some((one) => one.business_id === business.id),
  );
  if (path === '/api/people') return list(members.map(row), query, [(p) => p.name, (p) => p.email]);
  const [, id, verb] = /^\/api\/people\/(\d+)(?:\/([\w-]+))?$/.exec(path) ?? [];
  const user = members.find((one) => one.id === Number(id));
  if (!user) throw new Refusal(404, 'not_found');
  if (verb === 'reset-link') return { json: { link: 'http://127.0.0.1/reset#demo-reset' } };
  if (method === 'PATCH') {
    if (body.role) user.memberships.find((one) => one.business_id === business.id).role = body.role;
    if (body.active !== undefined) user.active = body.active;
    return { json: row(user) };
  }
  user.memberships = user.memberships.filter((one) => one.business_id !== business.id);
  return undefined;
}

function invitations({ method, path, query, body }, business, user) {
  const shown = ({ token: _t, business_id: _b, ...one }) => one;
  const own = world.invitations.filter((one) => one.business_id === business.id);
  if (path === '/api/invitations' && method === 'GET')
    return list(own.map(shown), query, [(i) => i.name, (i) => i.email]);
  if (method === 'POST') {
    if (own.some((one) => one.email === body.email && one.state === 'pending'))
      throw new Refusal(409, 'taken');
    const made = {
      id: nextId(),
      ...body,
      state: 'pending',
      created_at: world.ago(0),
      expires_at: world.ago(-60 * 24 * 7),
      invited_by: user.name,
      business_id: business.id,
      token: `t${nextId()}`,
    };
    world.invitations.unshift(made);
    return {
      status: 201,
      json: { invitation: shown(made), link: `http://127.0.0.1:4173/invite#${made.token}` },
    };
  }
  const found = own.find((one) => path.endsWith(`/${one.id}`));
  if (!found) throw new Refusal(404, 'not_found');
  found.state = 'revoked';
  return undefined;
}

export function api(call) {
  const { path, query, request } = call;
  if (path === '/api/fake/step') return step();
  const session = who(request);
  const user = world.users.get(session.user);
  if (path.startsWith('/api/businesses')) return businesses(call, user);
  const business = world.businesses.get(session.business);
  const manages =
    user.admin || user.memberships.some((one) => one.business_id === business?.id && one.role === 'manager');
  if (path === '/api/audit') {
    if (!manages) throw new Refusal(403, 'forbidden');
    known(query, ['page', 'limit', 'q', 'action', 'from', 'to', 'platform']);
    const action = query.get('action');
    return list(
      world.audit.filter((one) => !action || one.action.startsWith(action)),
      query,
      [(a) => a.action, (a) => a.actor?.name, (a) => a.subject],
    );
  }
  if (path === '/api/voices')
    return {
      json: {
        results: [
          { id: 'he-female-1', name: 'נועה', by: 'local' },
          { id: 'he-male-1', name: 'איתן', by: 'local' },
        ],
      },
    };
  if (!business) throw new Refusal(403, 'no_business_context');
  if (path.startsWith('/api/calls')) {
    if (!business.features.includes('calls'))
      throw new Refusal(403, 'feature_disabled', { feature: 'calls' });
    return calls(call, business, path);
  }
  if (!manages && call.method !== 'GET') throw new Refusal(403, 'forbidden');
  if (path.startsWith('/api/business')) return current(call, business);
  if (!manages) throw new Refusal(403, 'forbidden');
  if (path.startsWith('/api/people')) return people(call, business);
  if (path.startsWith('/api/invitations')) return invitations(call, business, user);
  throw new Refusal(404, 'not_found');
}

/** Moves the first live call on by one step, as the pipeline would. */
function step() {
  const call = world.calls[0];
  const last = call.turns_list.at(-1);
  if (last?.state !== 'done') call.turns_list[call.turns_list.length - 1] = turn(last.turn, 0.03);
  else call.turns_list.push(turn(last.turn + 1, 0.01, 'transcribed'));
  call.turns = call.turns_list.length;
  hint('call:updated', { id: call.id });
  return undefined;
}
