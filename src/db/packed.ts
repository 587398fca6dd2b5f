import { type RawBuilder, sql } from 'kysely';

// PostgreSQL sends what a query found as text, value by value: to read thousands of rows would take this process longer
// than the database takes to find them. Pairs of numbers come as the bytes of one value instead.

const WHOLE_BYTES = 4;
const REAL_BYTES = 8;

/** Of whole numbers, all those of a group; null where there are none. */
export const packedPairs = (first: RawBuilder<unknown>, second: RawBuilder<unknown>): RawBuilder<Uint8Array | null> =>
  sql<Uint8Array | null>`string_agg(int4send(${first}) || int4send(${second}), '')`;

/** The same of a whole number and a fraction. */
export const packedReals = (first: RawBuilder<unknown>, second: RawBuilder<unknown>): RawBuilder<Uint8Array | null> =>
  sql<Uint8Array | null>`string_agg(int4send(${first}) || float8send(${second}), '')`;

type Each = (first: number, second: number) => void;

export function eachPair(packed: Uint8Array | null, each: Each): void {
  const view = viewOf(packed);
  for (let at = 0; at < view.byteLength; at += 2 * WHOLE_BYTES) {
    each(view.getInt32(at), view.getInt32(at + WHOLE_BYTES));
  }
}

export function eachReal(packed: Uint8Array | null, each: Each): void {
  const view = viewOf(packed);
  for (let at = 0; at < view.byteLength; at += WHOLE_BYTES + REAL_BYTES) {
    each(view.getInt32(at), view.getFloat64(at + WHOLE_BYTES));
  }
}

const viewOf = (packed: Uint8Array | null): DataView =>
  packed ? new DataView(packed.buffer, packed.byteOffset, packed.byteLength) : new DataView(new ArrayBuffer(0));
