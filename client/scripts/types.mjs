// Writes src/shared/api/schema.d.ts from openapi.json, the committed copy of what the engine says of itself. With --check it
// only compares.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../openapi.json', import.meta.url);
const target = new URL('../src/shared/api/schema.d.ts', import.meta.url);

const document = JSON.parse(await readFile(source, 'utf8'));
// Shapes only: addresses are written where they are asked, one request a file.
document.paths = {};

const text = `// Made by \`npm run types\` from openapi.json; never edited by hand.\n${astToString(await openapiTS(document))}`;
if (process.argv.includes('--check')) {
  const current = await readFile(target, 'utf8').catch(() => '');
  if (current !== text) {
    process.stderr.write('src/shared/api/schema.d.ts is not what openapi.json gives: run `npm run types`\n');
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
