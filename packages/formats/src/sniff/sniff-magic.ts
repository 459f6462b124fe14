// The first bytes of an object -> its compression, or a format that is not read. Magic bytes go before any extension.

import type { Compression } from '../reading.ts';
import { FOREIGN_FORMATS, type ForeignFormat } from './foreign-formats.ts';

/** The compression that the first four bytes announce. */
export function sniffCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const magic = head.length < 4 ? 0 : Buffer.from(head.buffer, head.byteOffset, 4).readUInt32LE(0);
  if (magic === 0xfd2fb528 || magic - (magic % 16) === 0x184d2a50) return 'zstd';
  return 'none';
}

/** Whether a Parquet file begins here. */
export function isParquet(head: Uint8Array): boolean {
  return startsWith(head, Buffer.from('PAR1'), 0);
}

/** The format of the table that begins here, or null. */
export function sniffForeign(head: Uint8Array): ForeignFormat | null {
  for (const format of FOREIGN_FORMATS) {
    if (startsWith(head, format.magic, format.offset) && isCertain(format, head)) return format;
  }
  return null;
}

/** `BZh` and `ORC` are letters that a text may begin with: they are believed before what no text would go on with. */
function isCertain(format: ForeignFormat, head: Uint8Array): boolean {
  if (format.name === 'bzip2') return startsWith(head, Buffer.from('314159265359', 'hex'), 4) || head[4] === 0x17;
  if (format.name === 'ORC') return head.subarray(3, 512).some((byte) => byte < 0x09);
  return true;
}

function startsWith(head: Uint8Array, magic: Uint8Array, offset: number): boolean {
  if (head.length < offset + magic.length) return false;
  return magic.every((byte, index) => head[offset + index] === byte);
}
