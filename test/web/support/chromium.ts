import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page may ask for, nothing leaves this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

const { CHROMIUM, CI } = process.env;
const executablePath = (CHROMIUM ? [CHROMIUM] : PLACES).find((place) => existsSync(place));
const WHY = 'Chromium is not installed: apt-get install chromium, or say in CHROMIUM where it is.';

/** Why tests in a browser are skipped; null where they run. CI passes over nothing. */
export const NO_CHROMIUM = executablePath || CI ? null : WHY;
if (NO_CHROMIUM) console.warn(`${NO_CHROMIUM} Until then the tests in a browser are skipped.`);

export function launchChromium(): Promise<Browser> {
  if (!executablePath) throw new Error(WHY);
  return chromium.launch({ executablePath, args: FLAGS });
}
