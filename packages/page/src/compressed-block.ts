// Text -> a compressed block of the page, with the hash that its reader checks.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { BlockRef } from './page-data.ts';

export interface Block extends BlockRef {
  readonly base64: string;
}

export function compressBlock(id: string, text: string): Block {
  return {
    id,
    sha256: createHash('sha256').update(text).digest('hex'),
    base64: gzipSync(text, { level: 5 }).toString('base64'),
  };
}

/** The element that holds a block. Base64 has nothing that would end it. */
export function blockElement({ id, sha256, base64 }: Block): string {
  return `<script type="text/plain" id="${id}" data-sha256="${sha256}">${base64}</script>\n`;
}
