import { type Platform, Type } from '@mikro-orm/core';

/** A unit-length Float32Array as 4n bytes, little-endian: what sqlite-vec reads. */
export class VectorType extends Type<Float32Array | null, Uint8Array | null> {
  override convertToDatabaseValue(value: Float32Array | Uint8Array | null): Uint8Array | null {
    return value instanceof Float32Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
  }

  override convertToJSValue(value: Uint8Array | Float32Array | null): Float32Array | null {
    if (value === null || value instanceof Float32Array) return value;
    // Copied, not viewed: a Float32Array must begin at a multiple of four bytes.
    return new Float32Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer);
  }

  override compareAsType(): string {
    return 'any';
  }

  override compareValues(a: Uint8Array, b: Uint8Array): boolean {
    return Buffer.compare(a, b) === 0;
  }

  override getColumnType(_prop: unknown, _platform: Platform): string {
    return 'blob';
  }
}
