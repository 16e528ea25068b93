// /auth of the contract.
import { randomUUID } from 'node:crypto';
import { nextId, Refusal, world } from './world.mjs';

const cookies = (request) =>
  Object.fromEntries(
    (request.headers.cookie ?? '')
      .split('; ')
      .filter(Boolean)
      .map((pair) => pair.split('=')),
  );

export function who(request) {
  const session = world.sessions.get(cookies(request).al_access);
  if (!session) throw new Refusal(401, 'unauthenticated');
  session.last_seen_at = new Date().toISOString();
  return session;
}

export function me(session) {
  const user = world.users.get(session.user);
  const own = session.business === null ? undefined : world.businesses.get(session.business);
  return {
    user: { id: user.id, name: user.name, email: user.email, locale: user.locale },
    admin: user.admin,
    business: own
      ? {
          id: own.id,
          name: own.name,
          role: user.memberships.find((one) => one.business_id === own.id)?.role ?? null,
          features: own.features,
          time_zone: own.time_zone,
        }
      : null,
    memberships: user.memberships.map((one) => ({
      ...one,
      business_name: world.businesses.get(one.business_id).name,
    })),
  };
}

function login(session, response) {
  response.setHeader('set-cookie', [
    `al_access=${session.id}; Path=/; HttpOnly; SameSite=Lax`,
    `al_refresh=${session.id}; Path=/auth; HttpOnly; SameSite=Lax`,
  ]);
  return { json: { access_token: 'x', expires_in: 900, me: me(session) } };
}

function open(user, { request, response }) {
  const session = {
    id: randomUUID(),
    user: user.id,
    business: user.current,
    created_at: new Date().toISOString(),
    last_seen_at: new Date().toISOString(),
    address: '127.0.0.1',
    user_agent: request.headers['user-agent'] ?? null,
  };
  world.sessions.set(session.id, session);
  return login(session, response);
}

function invitation(token) {
  const found = world.invitations.find((one) => one.token === token && one.state === 'pending');
  if (!found) throw new Refusal(404, 'not_found');
  return found;
}

export function auth(call) {
  const { method, path, body, request, response } = call;
  const name = `${method} ${path}`;
  switch (name) {
    case 'GET /auth/options':
      return { json: { first_run: world.firstRun, revision: 'fake' } };
    case 'POST /auth/first-run': {
      if (body.code !== 'start-here') throw new Refusal(422, 'invalid', { fields: { code: 'קוד שגוי' } });
      world.firstRun = false;
      const user = { id: nextId(), ...body, locale: 'he', admin: true, memberships: [], current: null };
      world.users.set(user.id, user);
      return open(user, call);
    }
    case 'POST /auth/login': {
      const user = [...world.users.values()].find(
        (one) => one.email === body.email && one.password === body.password,
      );
      if (!user) throw new Refusal(401, 'unauthenticated');
      return open(user, call);
    }
    case 'POST /auth/refresh': {
      const session = world.sessions.get(cookies(request).al_refresh);
      if (!session) throw new Refusal(401, 'unauthenticated');
      return login(session, response);
    }
    case 'POST /auth/logout':
      world.sessions.delete(cookies(request).al_access);
      return undefined;
    case 'POST /auth/invitations/look': {
      const { email, name: person, role, business_id } = invitation(body.token);
      return {
        json: {
          known: false,
          email,
          name: person,
          role,
          business_name: world.businesses.get(business_id).name,
        },
      };
    }
    case 'POST /auth/invitations/accept': {
      const found = invitation(body.token);
      found.state = 'accepted';
      const user = {
        id: nextId(),
        name: body.name,
        email: found.email,
        password: body.password,
        locale: 'he',
        admin: false,
        memberships: [{ business_id: found.business_id, role: found.role }],
        current: found.business_id,
      };
      world.users.set(user.id, user);
      return open(user, call);
    }
    case 'POST /auth/reset':
      if (body.token !== 'demo-reset') throw new Refusal(404, 'not_found');
      return undefined;
  }
  const session = who(request);
  const user = world.users.get(session.user);
  switch (name) {
    case 'GET /auth/me':
      return { json: me(session) };
    case 'PATCH /auth/me':
      Object.assign(user, body);
      return { json: me(session) };
    case 'POST /auth/password':
      if (body.current !== user.password)
        throw new Refusal(422, 'invalid', { fields: { current: 'הסיסמה הנוכחית אינה נכונה.' } });
      user.password = body.new;
      return undefined;
    case 'POST /auth/business':
      session.business = body.business_id;
      return login(session, response);
    case 'GET /auth/sessions': {
      const mine = [...world.sessions.values()].filter((one) => one.user === user.id);
      const older = {
        id: 'older',
        created_at: world.ago(5000),
        last_seen_at: world.ago(190),
        address: '84.229.12.17',
        user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/605.1',
        current: false,
      };
      const results = [
        ...mine.map((one) => ({ ...one, current: one.id === session.id })),
        ...(world.olderEnded ? [] : [older]),
      ];
      return { json: { results, page: 1, pages: 1, total: results.length } };
    }
    case 'DELETE /auth/sessions':
      world.olderEnded = true;
      for (const one of world.sessions.values())
        if (one.user === user.id && one !== session) world.sessions.delete(one.id);
      return undefined;
    case 'GET /auth/tokens':
      return { json: { results: world.tokens, page: 1, pages: 1, total: world.tokens.length } };
    case 'POST /auth/tokens': {
      const token = { id: nextId(), ...body, created_at: new Date().toISOString(), last_used_at: null };
      world.tokens.push(token);
      return { status: 201, json: { token, secret: `al_${randomUUID().replaceAll('-', '')}` } };
    }
  }
  const [, kind, id] = /^\/auth\/(sessions|tokens)\/([^/]+)$/.exec(path) ?? [];
  if (method === 'DELETE' && kind === 'sessions') {
    if (id === 'older') world.olderEnded = true;
    world.sessions.delete(id);
    return undefined;
  }
  if (method === 'DELETE' && kind === 'tokens') {
    world.tokens = world.tokens.filter((one) => one.id !== Number(id));
    return undefined;
  }
  throw new Refusal(404, 'not_found');
}
