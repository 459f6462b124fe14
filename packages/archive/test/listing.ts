// The reader of listings, for the fuzzer: what it says of a page that is none counts as a result.

import { ListingError, type PageAnswer } from '../src/s3/list-page.ts';
import { readListingPage } from '../src/s3/listing-page.ts';

/** null: no listing. */
export function readAnyListing(body: Uint8Array): PageAnswer | null {
  try {
    return readListingPage(Buffer.from(body));
  } catch (error) {
    if (error instanceof ListingError) return null;
    throw error;
  }
}
