// A data page of a column, or a slice of a long one: where it lies, which rows begin in it.

import type { PageHeader } from 'hyparquet';
import type { DecodedPage } from './decode-page.ts';
import type { LongPage } from './long-page.ts';

export interface PagePlace {
  readonly at: number;
  readonly header: PageHeader;
  /** Row of the group that begins first in it. */
  readonly firstRow: number;
  readonly firstEntry: number;
  readonly entries: number;
  readonly isDictionaryEncoded: boolean;
  /** null: the whole page. */
  readonly slice: { readonly of: LongPage; readonly number: number } | null;
  /** Unknown until decoded, where rows are lists. */
  rows: number | null;
  decoded: DecodedPage | null;
  drop(): void;
}

/** Whether the last row that begins in a page of lists may go on in the next. */
export function mayContinue({ header, slice }: PagePlace): boolean {
  return header.type === 'DATA_PAGE' || slice !== null;
}
