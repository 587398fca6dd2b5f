import { crc32, deflateRawSync } from 'node:zlib';

interface Packed {
  name: Buffer;
  method: number;
  crc: number;
  packed: Buffer;
  size: number;
}

/** A zip archive. @param claim what its directory says of the size of each file, in place of the truth */
export function zipFile(files: Record<string, string | Buffer>, claim?: { size: number }): Buffer {
  const entries = Object.entries(files).map(([name, content]): Packed => {
    const bytes = Buffer.from(content);
    const size = claim?.size ?? bytes.length;
    return { name: Buffer.from(name), method: 8, crc: crc32(bytes), packed: deflateRawSync(bytes), size };
  });
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = Buffer.concat([header(0x04034b50, entry, false), entry.name, entry.packed]);
    const central = header(0x02014b50, entry, true);
    central.writeUInt32LE(offset, 42);
    directory.push(central, entry.name);
    parts.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** The directory repeats what stands before each file, two bytes later. */
function header(signature: number, { method, crc, packed, size, name }: Packed, isCentral: boolean): Buffer {
  const bytes = Buffer.alloc(isCentral ? 46 : 30);
  const shift = isCentral ? 2 : 0;
  bytes.writeUInt32LE(signature, 0);
  if (isCentral) bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(20, 4 + shift);
  bytes.writeUInt16LE(method, 8 + shift);
  bytes.writeUInt32LE(crc, 14 + shift);
  bytes.writeUInt32LE(packed.length, 18 + shift);
  bytes.writeUInt32LE(size, 22 + shift);
  bytes.writeUInt16LE(name.length, 26 + shift);
  return bytes;
}
