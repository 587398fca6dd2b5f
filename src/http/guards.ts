import type { App } from '../app.ts';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** What keeps pages elsewhere from using a viewer's browser to get in. */
export interface Guards {
  isServedHost(host: string | undefined): boolean;
  isAllowedOrigin(origin: string | undefined, host: string | undefined): boolean;
}

export function createGuards({ auth, config }: Pick<App, 'auth' | 'config'>): Guards {
  return {
    isServedHost(host) {
      if (host === undefined || !URL.canParse(`http://${host}`)) return false;
      // A name of an attacker's that resolves to this machine would make their page one of our own origin.
      return auth !== null || LOOPBACK_HOST.test(host);
    },
    isAllowedOrigin(origin, host) {
      if (origin === undefined || config.corsOrigins.includes(origin)) return true;
      return URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
