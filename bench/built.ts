const folder = process.env.BENCH_BUILT ? `file://${process.env.BENCH_BUILT}/` : new URL('../dist/', import.meta.url);

/** Where a module of the built server is; `npm run bench` builds it first, or BENCH_BUILT names a folder that holds it. */
export const built = (module: string): string => new URL(`src/${module}`, folder).href;
