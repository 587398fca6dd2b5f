// Loaded with --import into a server: what its replies gain while they are written stays in memory, and only their end is
// stored.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isReplaced = specifier.endsWith('/persist-parts.js');
    return isReplaced
      ? { url: new URL('./unpersisted-parts.ts', import.meta.url).href, shortCircuit: true }
      : nextResolve(specifier, context);
  },
});
