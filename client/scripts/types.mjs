// Writes src/shared/api/schema.d.ts from openapi.json, the committed copy of what the engine says of itself. Types are made where
// they are checked and never committed: the build strips them and needs none.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../openapi.json', import.meta.url);
const target = new URL('../src/shared/api/schema.d.ts', import.meta.url);

const document = JSON.parse(await readFile(source, 'utf8'));
// Shapes only: addresses are written where they are asked, one request a file.
document.paths = {};

await writeFile(target, `// Made by \`npm run types\`; not kept.\n${astToString(await openapiTS(document))}`);
