// npm run bench:retrieval -- [--quick] [--captions] [FILE …]: how much of the evidence is found in conversations such as
// LoCoMo's, and what a search costs. Without a file: in the sets beside this file, which are ours.
import { readdirSync } from 'node:fs';
import { cachedEmbedder } from './cached-embedder.ts';
import { measureCost } from './cost.ts';
import { LocalEmbedder } from './product.ts';
import { measureQuality } from './quality.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => name.startsWith('--') && name !== '--quick' && name !== '--captions');
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. --quick: small and rough; --captions: what pictures show was said too.`,
  );
  process.exit(1);
}
const quick = asked.includes('--quick');
const sets = new URL('./sets/', import.meta.url).pathname;
const named = asked.filter((name) => !name.startsWith('--'));
const files = named.length > 0 ? named : readdirSync(sets).map((name) => `${sets}${name}`);

const embedder = cachedEmbedder(new LocalEmbedder());
for (const file of files) await measureQuality(file, embedder, { quick, captions: asked.includes('--captions') });
await measureCost(embedder, quick);
await embedder.close();
