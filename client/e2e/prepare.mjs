// Makes the people of the stories in a fresh engine, by its own pages' requests: the first administrator with the code that the
// engine printed, a business, a manager and an agent by invitation.
// BASE_URL=http://… FIRST_RUN_CODE=… node e2e/prepare.mjs
const base = process.env.BASE_URL;
const password = process.env.STORY_PASSWORD ?? 'carmel-2026';
const people = {
  admin: process.env.STORY_ADMIN ?? 'admin@example.com',
  manager: process.env.STORY_MANAGER ?? 'manager@example.com',
  agent: process.env.STORY_AGENT ?? 'agent@example.com',
};

let cookies = '';

async function ask(method, path, json) {
  const answer = await fetch(new URL(path, base), {
    method,
    headers: {
      'content-type': 'application/json',
      origin: new URL(base).origin,
      ...(cookies && { cookie: cookies }),
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  const set = answer.headers.getSetCookie();
  if (set.length) cookies = set.map((cookie) => cookie.split(';')[0]).join('; ');
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

async function join(link, name) {
  const token = new URL(link).hash.slice(1);
  const own = cookies;
  cookies = '';
  await ask('POST', '/auth/invitations/accept', { token, name, password });
  cookies = own;
}

await ask('POST', '/auth/first-run', {
  code: process.env.FIRST_RUN_CODE,
  name: 'תמר אדלר',
  email: people.admin,
  password,
});
const business = await ask('POST', '/api/businesses', { name: 'נדל״ן הכרמל', number: '04-621-0001' });
await ask('POST', '/auth/business', { business_id: business.id });
for (const [role, name] of [
  ['manager', 'נועם פרידמן'],
  ['agent', 'יעל כהן'],
]) {
  const { link } = await ask('POST', '/api/invitations', { email: people[role], name, role });
  await join(link, name);
}
process.stdout.write(`prepared: ${Object.values(people).join(', ')}\n`);
