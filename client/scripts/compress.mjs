// Beside every text of dist/ its compressed forms, made once and well; the engine serves them as they are.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
for (const name of await readdir(dist, { recursive: true })) {
  if (!/\.(js|css|html|svg)$/.test(name)) continue;
  const text = await readFile(new URL(name, dist));
  const options = {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  };
  await writeFile(new URL(`${name}.br`, dist), brotliCompressSync(text, options));
  await writeFile(new URL(`${name}.gz`, dist), gzipSync(text, { level: 9 }));
}
