import { parseArgs } from 'node:util';
import { ConfigError, loadEnvFile, readConfig } from './config.ts';
import { signToken } from './users/sign-token.ts';

const USAGE = 'Usage: npm run token -- alice [--days 30]';
const SECONDS_A_DAY = 86_400;

/** Prints a token for the viewer that is named, and nothing else; what is wrong goes to stderr, with exit code 1. */
async function main(): Promise<void> {
  const { viewerId, days } = readArguments();
  loadEnvFile();
  const { auth } = readConfig(process.env);
  if (auth?.kind !== 'secret') throw new ConfigError(['AUTH_JWT_SECRET must be set: tokens are signed with it.']);
  process.stdout.write(`${await signToken(auth, viewerId, Math.round(days * SECONDS_A_DAY))}\n`);
}

function readArguments(): { viewerId: string; days: number } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { days: { type: 'string', default: '30' } },
  });
  const [viewerId, ...others] = positionals;
  const days = Number(values.days);
  if (!viewerId || others.length > 0 || !(days > 0 && days <= 36_500)) throw new RangeError(USAGE);
  return { viewerId, days };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
