// Where only the first rows of a long page are wanted: how much of it to read and to decompress.

import type { PageHeader } from 'hyparquet';
import type { PageCut } from './decode-page.ts';

/** Shorter pages are decoded whole. */
const MIN_PAGE_BYTES = 512 * 1024;
const SLACK_BYTES = 64 * 1024;
const STORED_SLACK_BYTES = 16 * 1024;

/** `share`: the wanted part of the page's rows. null: all of the page, as it saves little or the page cannot be cut. */
export function cutPage(
  header: PageHeader,
  entries: number,
  share: number,
): (PageCut & { readonly stored: number }) | null {
  const { compressed_page_size: stored, uncompressed_page_size: length, crc } = header;
  const { encoding } = header.data_page_header ?? header.data_page_header_v2 ?? {};
  // Only the whole page has the checksum; other encodings are short, or begin with what is needed of all values.
  if (crc !== undefined || encoding !== 'PLAIN' || length < MIN_PAGE_BYTES) return null;
  // Levels come first and take two bits for an entry, or a few more.
  const wanted = Math.ceil(SLACK_BYTES + entries / 4 + 1.25 * share * length);
  if (wanted > length / 2) return null;
  return { wanted, stored: Math.min(stored, Math.ceil(STORED_SLACK_BYTES + (1.5 * wanted * stored) / length)) };
}
