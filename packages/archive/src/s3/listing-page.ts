// The answer to ListObjectsV2 -> its keys. Strict where an object could be lost: an entry without key or size, or an answer that does not say
// whether more follows, is no listing.

import { isUtf8 } from 'node:buffer';
import { bareEtag } from './get-object.ts';
import { ListingError, decodeKey, type FoundKey, type PageAnswer } from './list-page.ts';
import { readXml, XmlError, type XmlSink } from './read-xml.ts';
import { cleanMessage, regionIn } from './s3-errors.ts';

/** S3 gives 1000. */
const MOST_KEYS = 10_000;

/** Reads a body that came with status 200: some servers refuse that way, too. Throws ListingError. */
export function readListingPage(body: Buffer): PageAnswer {
  if (!isUtf8(body)) throw new ListingError('it is not UTF-8');
  const reader = new PageReader();
  try {
    readXml(body, reader);
  } catch (error) {
    if (error instanceof XmlError) throw new ListingError(`it is no XML: ${error.message}`, error.isCutShort);
    throw error;
  }
  return reader.answer();
}

type Values = Partial<Record<string, string>>;

class PageReader implements XmlSink {
  readonly #page: Values = {};
  readonly #entries: FoundKey[] = [];
  #root = '';
  /** Of the entry that is open. */
  #entry: Values | null = null;
  #isRestore = false;

  open(name: string, depth: number): void {
    if (depth === 1) this.#root = name;
    if (depth === 2 && name === 'Contents') this.#entry = {};
    if (depth === 3) this.#isRestore = name === 'RestoreStatus';
    if (depth === 1 && name !== 'ListBucketResult' && name !== 'Error')
      throw new ListingError(`it is a document of ${JSON.stringify(name)}`);
  }

  close(name: string, depth: number, text: string): void {
    if (depth === 4 && this.#isRestore && this.#entry !== null) this.#entry[name] = text;
    if (depth === 3 && this.#entry !== null) this.#entry[name] = text;
    if (depth !== 2) return;
    if (name !== 'Contents') {
      this.#page[name] = text;
      return;
    }
    if (this.#entries.length >= MOST_KEYS) throw new ListingError(`it holds more than ${MOST_KEYS} keys`);
    this.#entries.push(toEntry(this.#entry ?? {}));
    this.#entry = null;
  }

  answer(): PageAnswer {
    const page = this.#page;
    if (this.#root === 'Error') return { kind: 'refused', failure: toFailure(page) };
    const { IsTruncated: isTruncated } = page;
    if (isTruncated !== 'true' && isTruncated !== 'false')
      throw new ListingError('it does not say whether more keys follow');
    // The word may come after the keys that it speaks of.
    const isEncoded = page['EncodingType'] === 'url';
    const keys = isEncoded ? this.#entries.map((entry) => ({ ...entry, key: decodeKey(entry.key) })) : this.#entries;
    const nextToken = page['NextContinuationToken'] || null;
    return { kind: 'page', page: { keys, isTruncated: isTruncated === 'true', nextToken } };
  }
}

function toEntry(values: Values): FoundKey {
  const { Key: key, Size: size } = values;
  if (key === undefined || key === '') throw new ListingError('an entry has no key');
  if (size === undefined || !/^\d{1,15}$/.test(size))
    throw new ListingError(`the size of ${JSON.stringify(key.slice(0, 200))} is ${JSON.stringify(size ?? null)}`);
  const modifiedMs = Date.parse(values['LastModified'] ?? '');
  return {
    key,
    size: Number(size),
    etag: bareEtag(values['ETag'] ?? ''),
    lastModifiedMs: Number.isNaN(modifiedMs) ? null : modifiedMs,
    storageClass: values['StorageClass'] || 'STANDARD',
    isRestored: values['IsRestoreInProgress'] !== 'true' && (values['RestoreExpiryDate'] ?? '') !== '',
  };
}

// An error that came with status 200.
function toFailure(values: Values): Extract<PageAnswer, { kind: 'refused' }>['failure'] {
  const message = cleanMessage(values['Message'] ?? '');
  return {
    status: 200,
    code: cleanMessage(values['Code'] ?? ''),
    message,
    region: values['Region'] || regionIn(message),
    storageClass: null,
  };
}
