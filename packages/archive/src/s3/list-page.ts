// How one page of a listing is asked for, whoever sends the request: our signer and our reader of XML (signed-list.ts), or the SDK's
// client (client-list.ts).

import type { S3Failure } from './get-object.ts';

export interface PageRequest {
  readonly prefix: string;
  /** Null: the first page. */
  readonly token: string | null;
  /** Of the first page: only keys behind this one. */
  readonly after: string | null;
  /** Null: as many as the server gives, 1000. */
  readonly maxKeys: number | null;
  /** Whether restored copies are to be told. */
  readonly asksRestore: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface FoundKey {
  /** As it is spelt, not encoded. */
  readonly key: string;
  readonly size: number;
  /** Without quotes; empty where the server tells none. */
  readonly etag: string;
  readonly lastModifiedMs: number | null;
  readonly storageClass: string;
  /** A restored copy stands. Always false where that was not asked. */
  readonly isRestored: boolean;
}

export interface KeyPage {
  readonly keys: readonly FoundKey[];
  readonly isTruncated: boolean;
  readonly nextToken: string | null;
}

export type PageAnswer =
  | { readonly kind: 'page'; readonly page: KeyPage }
  | { readonly kind: 'refused'; readonly failure: S3Failure };

/** Asks for one page. Rejects when no answer came, and with ListingError when it is none of a listing. */
export type ListPage = (request: PageRequest) => Promise<PageAnswer>;

/** An answer that is no listing. `isCutShort`: it may be whole when asked again. */
export class ListingError extends Error {
  readonly isCutShort: boolean;

  constructor(message: string, isCutShort = false) {
    super(message);
    this.name = 'ListingError';
    this.isCutShort = isCutShort;
  }
}

/** A key of a listing with EncodingType=url: `+` is a space, the rest percent-encoded. */
export function decodeKey(encoded: string): string {
  if (!/[%+]/.test(encoded)) return encoded;
  const spaced = encoded.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
