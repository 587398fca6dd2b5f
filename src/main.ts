import { createLogger } from './logger.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 17)) {
  console.error(`Carryover needs Node 22.17 or later and this is ${process.versions.node}. Start it with: npm start`);
  process.exit(1);
}

// Later than the check: what these load fails in strange ways on an older Node.
const { ConfigError, loadEnvFile, readConfig } = await import('./config.ts');
const { serve } = await import('./serve.ts');

try {
  loadEnvFile();
  const config = readConfig(process.env);
  await serve(config, createLogger(config.logLevel));
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : reasonOf(error));
  process.exit(1);
}

/** What a person who starts the server can do something about, in a sentence; a bug with all that is known of it. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') return `The port is in use: ${error.message}. Set PORT to another.`;
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES') return `Cannot listen there: ${error.message}.`;
  if (code.startsWith('SQLITE_') || code === 'EROFS' || code === 'ENOTDIR' || code === 'ENOSPC') {
    return `The database cannot be used: ${error.message}. See DATABASE_URL.`;
  }
  if (error.name === 'DatabaseIsNewerError' || error.name === 'DatabaseInUseError') return error.message;
  return error;
}
