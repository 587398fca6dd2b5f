import { createLogger } from './logger.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 17)) {
  console.error(`Carryover needs Node 22.17 or later and this is ${process.versions.node}. Start it with: npm start`);
  process.exit(1);
}

// Later than the check: what these load fails in strange ways on an older Node.
const { loadEnvFile, readConfig } = await import('./config.ts');

let databaseUrl = 'sqlite:';

try {
  loadEnvFile();
  const config = readConfig(process.env);
  databaseUrl = config.databaseUrl;
  const { serve } = await import('./serve.ts');
  await serve(config, createLogger(config.logLevel));
} catch (error) {
  console.error(await reasonOf(error));
  process.exit(1);
}

/** What a person who starts the server can do something about, in a sentence; a bug with all that is known of it. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  if (error.name === 'ConfigError') return error.message;
  const code = 'code' in error ? String(error.code) : '';
  const call = 'syscall' in error ? String(error.syscall) : '';
  if (code === 'EADDRINUSE') return `The port is in use: ${error.message}. Set PORT to another.`;
  if (call === 'listen' || (call === 'getaddrinfo' && !(await isOfDatabase(error)))) {
    return `Cannot listen there: ${error.message}. See HOST and PORT.`;
  }
  const { whyUnusable } = await import('./db/why-unusable.ts');
  return whyUnusable(error, databaseUrl) ?? error;
}

/** Whether the name that could not be looked up is the database's. */
async function isOfDatabase(error: Error): Promise<boolean> {
  const { dialectOf } = await import('./db/dialect.ts');
  const { placeOf } = await import('./db/database-name.ts');
  if (dialectOf(databaseUrl) === 'sqlite') return false;
  return 'hostname' in error && error.hostname === placeOf(databaseUrl).host;
}
