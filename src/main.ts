import { createLogger } from './logger.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 17)) {
  console.error(`Carryover needs Node 22.17 or later and this is ${process.versions.node}. Start it with: npm start`);
  process.exit(1);
}

// Later than the check: what these load fails in strange ways on an older Node.
const { loadEnvFile, readConfig } = await import('./config.ts');

const KNOWN = ['ConfigError', 'DatabaseInUseError', 'DatabaseIsNewerError'];

try {
  loadEnvFile();
  const config = readConfig(process.env);
  const { serve } = await import('./serve.ts');
  await serve(config, createLogger(config.logLevel));
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}

/** What a person who starts the server can do something about, in a sentence; a bug with all that is known of it. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (KNOWN.includes(error.name)) return error.message;
  const code = 'code' in error ? String(error.code) : '';
  const call = 'syscall' in error ? String(error.syscall) : '';
  if (code === 'EADDRINUSE') return `The port is in use: ${error.message}. Set PORT to another.`;
  if (call === 'listen' || call === 'getaddrinfo') return `Cannot listen there: ${error.message}. See HOST and PORT.`;
  if (code.startsWith('SQLITE_') || call) return `The database cannot be used: ${plain(error)}. See DATABASE_URL.`;
  return error;
}

/** What SQLite said, without the statement that MikroORM puts before it. */
function plain({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message : message;
}
