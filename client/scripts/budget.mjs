// Fails when the script of the first load (the entry and what it imports at once), compressed, passes the budget.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 250;
const dist = new URL('../dist/', import.meta.url);
const html = await readFile(new URL('index.html', dist), 'utf8');
const seen = new Set();

async function take(path) {
  if (seen.has(path)) return 0;
  seen.add(path);
  const code = await readFile(new URL(path, dist));
  let sum = gzipSync(code, { level: 9 }).length;
  // Static imports only: `import … from "./x.js"` and `import "./x.js"`, not `import(…)`.
  for (const [, next] of code.toString().matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    sum += await take(`assets/${next}`);
  return sum;
}

let total = 0;
for (const [, path] of html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)) total += await take(path);
const kb = total / 1024;
process.stdout.write(
  `first load: ${kb.toFixed(1)} KB of script compressed (budget ${BUDGET_KB} KB), ${seen.size} files\n`,
);
if (kb > BUDGET_KB) process.exit(1);
