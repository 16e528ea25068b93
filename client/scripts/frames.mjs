// Holds frames against protocol.schema.json: a JSON list of `[side, frame]` on standard input, a line for each that is
// not as the protocol says. The engine's stories use it.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import Ajv2020 from 'ajv/dist/2020.js';

const protocol = JSON.parse(await readFile(new URL('../protocol.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
});
ajv.addSchema(protocol, 'protocol');
let wrong = 0;
for (const [side, frame] of JSON.parse(await text(process.stdin))) {
  const check = ajv.getSchema(`protocol#/$defs/${side}`);
  if (!check) throw new Error(`there is no side ${side}`);
  if (check(frame)) continue;
  wrong += 1;
  process.stdout.write(`${JSON.stringify(frame)}: ${ajv.errorsText(check.errors)}\n`);
}
process.exitCode = wrong ? 1 : 0;
