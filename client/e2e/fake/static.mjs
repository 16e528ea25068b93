// dist/ as the engine serves it: assets for ever, index.html for every deep link; and the recordings.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { speechlike } from './sound.mjs';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const types = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export function files({ path, query, response }) {
  if (path.startsWith('/files/')) {
    const seconds = Number(query.get('n') ?? 4);
    response.writeHead(200, { 'content-type': 'audio/wav', 'accept-ranges': 'none' });
    return response.end(speechlike(seconds));
  }
  const asked = join(dist, path);
  const file =
    asked.startsWith(dist) && existsSync(asked) && statSync(asked).isFile()
      ? asked
      : join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(readFileSync(file));
}
