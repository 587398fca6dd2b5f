/** Where a module of the built server is; `npm run bench` builds it first. */
export const built = (module: string): string => new URL(`../dist/src/${module}`, import.meta.url).href;
