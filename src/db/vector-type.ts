import { type Platform, Type } from '@mikro-orm/core';
import { fromSql, toSql } from 'pgvector';
import { isPostgres } from './dialect.ts';

/** A unit-length Float32Array: pgvector's `vector`, of any length; in SQLite 4n bytes, little-endian, as sqlite-vec reads them. */
export class VectorType extends Type<Float32Array | null, string | Uint8Array | null> {
  override convertToDatabaseValue(
    value: Float32Array | string | Uint8Array | null,
    platform: Platform,
  ): string | Uint8Array | null {
    return value instanceof Float32Array ? vectorValue(platform, value) : value;
  }

  override convertToJSValue(value: string | Uint8Array | Float32Array | null): Float32Array | null {
    if (value === null || value instanceof Float32Array) return value;
    if (typeof value === 'string') return Float32Array.from(listOf(value));
    // Copied, not viewed: a Float32Array must begin at a multiple of four bytes.
    return new Float32Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer);
  }

  override compareAsType(): string {
    return 'any';
  }

  override compareValues(a: string | Uint8Array, b: string | Uint8Array): boolean {
    return typeof a === 'string' || typeof b === 'string' ? a === b : Buffer.compare(a, b) === 0;
  }

  override getColumnType(_prop: unknown, platform: Platform): string {
    return isPostgres(platform) ? 'vector' : 'blob';
  }
}

/** An embedding as a parameter. */
export const vectorValue = (platform: Platform, value: Float32Array): string | Uint8Array =>
  isPostgres(platform) ? String(toSql([...value])) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);

function listOf(value: string): readonly number[] {
  const list = fromSql(value);
  return Array.isArray(list) ? list : [];
}
