import { SignJWT } from 'jose';
import type { AuthConfig } from '../config.ts';
import { isViewerId } from './viewer.ts';

type SecretAuth = Extract<AuthConfig, { kind: 'secret' }>;

/** A bearer token that `createAuth` of the same settings accepts for `seconds`. */
export function signToken(auth: SecretAuth, viewerId: string, seconds: number): Promise<string> {
  if (!isViewerId(viewerId)) throw new RangeError('A viewer id has 1 to 255 characters.');
  const token = new SignJWT({ sub: viewerId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds);
  if (auth.issuer) token.setIssuer(auth.issuer);
  if (auth.audience) token.setAudience(auth.audience);
  return token.sign(new TextEncoder().encode(auth.secret));
}
