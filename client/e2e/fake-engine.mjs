// A small engine in memory that keeps the contract's shapes: for working on pages without Rust, and for the stories when no
// BASE_URL is given. It serves dist/ under the engine's content policy. It proves nothing about the engine.
import { createServer } from 'node:http';
import { api } from './fake/api.mjs';
import { auth } from './fake/auth.mjs';
import { accept } from './fake/socket.mjs';
import { files } from './fake/static.mjs';
import { Refusal, world } from './fake/world.mjs';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const bytes = Buffer.concat(parts);
  return request.headers['content-type']?.includes('json') ? JSON.parse(bytes.toString() || '{}') : bytes;
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://engine');
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  const id = `fake-${(world.requests += 1)}`;
  try {
    const call = { method: request.method, path: url.pathname, query: url.searchParams, request, response };
    if (/^\/(api|auth)\//.test(url.pathname)) {
      call.body = request.method === 'GET' ? {} : await body(request);
      const answer = await (url.pathname.startsWith('/auth/') ? auth(call) : api(call));
      if (answer === undefined) return void response.writeHead(204).end();
      if (answer.bytes) {
        response.writeHead(200, { 'content-type': answer.type, ...answer.headers });
        return void response.end(answer.bytes);
      }
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(answer.json));
    }
    files(call);
  } catch (error) {
    const refusal =
      error instanceof Refusal ? error : new Refusal(500, 'internal', { detail: String(error.stack) });
    if (refusal.status === 500) process.stderr.write(`${refusal.more.detail}\n`);
    response.writeHead(refusal.status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ error: refusal.code, detail: refusal.code, request_id: id, ...refusal.more }),
    );
  }
});
server.on('upgrade', accept);
server.listen(Number(process.env.PORT ?? 4173), '127.0.0.1', () => {
  const { port } = server.address();
  process.stdout.write(
    `fake engine at http://127.0.0.1:${port} (${[...world.users.values()].map((u) => u.email).join(', ')}; password ${world.password})\n`,
  );
});
