import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { AuthConfig } from '../config.ts';
import type { Viewer } from '../context.ts';
import { AppError } from '../errors.ts';

/** Token to viewer; throws what jose throws. Null: no login, and there is one viewer. */
export type Auth = ((token: string) => Promise<Viewer>) | null;

const LOCAL_VIEWER: Viewer = { id: 'local', expiresAt: null };
const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** Public keys only: with HS256 among them, a key that anyone may read would be the secret. */
const PUBLIC_KEY_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** What is wrong with the key server, not with the token. */
const KEYS_AWAY = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

export function createAuth(config: AuthConfig): Auth {
  if (!config) return null;
  const claims = {
    ...(config.issuer && { issuer: config.issuer }),
    ...(config.audience && { audience: config.audience }),
    requiredClaims: ['sub', 'exp'],
  };
  if (config.kind === 'secret') {
    const secret = new TextEncoder().encode(config.secret);
    return async (token) => viewerFrom((await jwtVerify(token, secret, { ...claims, algorithms: ['HS256'] })).payload);
  }
  const keys = createRemoteJWKSet(new URL(config.url));
  return async (token) =>
    viewerFrom((await jwtVerify(token, keys, { ...claims, algorithms: PUBLIC_KEY_ALGORITHMS })).payload);
}

/** Whether a token may name a viewer so: what fits the column, on every database. */
export const isViewerId = (id: string): boolean =>
  id.length > 0 && id.length <= 255 && !id.includes('\0') && id.isWellFormed();

/** @returns null where the token is missing, malformed, forged or expired. @throws where it cannot be checked */
export async function viewerOf(auth: Auth, authorization: string | undefined): Promise<Viewer | null> {
  if (!auth) return LOCAL_VIEWER;
  const token = authorization?.match(BEARER)?.[1];
  if (!token) return null;
  try {
    return await auth(token);
  } catch (error) {
    if (error instanceof errors.JOSEError && !KEYS_AWAY.has(error.code)) return null;
    throw new AppError('SERVICE_UNAVAILABLE', 'Tokens cannot be checked at the moment.', {}, { cause: error });
  }
}

function viewerFrom({ sub = '', exp = 0 }: { sub?: string; exp?: number }): Viewer {
  if (!isViewerId(sub)) throw new errors.JWTInvalid('The subject cannot be the id of a viewer.');
  return { id: sub, expiresAt: exp };
}
