import type { FastifyRequest } from 'fastify';

/** On pages only, beside a policy of each page's own: the answers of the API carry none of it. */
export const PAGE_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
} as const;

/** A browser that goes to an address, not a program that asks for what is there, or has it wrong. */
export const asksForPage = ({ method, headers: { accept } }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && accepts(accept, ['text/html']);

/** Whether a header of accepted types, or encodings, names one of these, and not as what is not accepted. */
export const accepts = (header: string | undefined, names: readonly string[]): boolean =>
  (header ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.split(';').map((part) => part.trim()))
    .some(([name = '', ...parts]) => names.includes(name) && !parts.some((part) => /^q\s*=\s*0(\.0*)?$/.test(part)));
