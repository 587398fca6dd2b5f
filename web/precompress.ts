import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What is compressed already (fonts, pictures) would only grow. */
const COMPRESSIBLE = '**/*.{css,html,js,json,svg,txt}';
/** Below this it takes one packet either way. */
const MIN_BYTES = 1024;

/** Writes a `.br` and a `.gz` beside each file of the app, as small as they get, so that serving them costs nothing. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const file of globSync(COMPRESSIBLE, { cwd: dir }).map((name) => path.join(dir, name))) {
        const bytes = readFileSync(file);
        if (bytes.length < MIN_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
