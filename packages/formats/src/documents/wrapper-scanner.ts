// Walks a wrapper such as `{"Records":[…]}` or a `_search` answer, byte by byte, up to each document in it.

import { isWrapperPath } from '../sniff/sniff-wrapper.ts';

/** `document`: a document begins at this byte · `junk`: an entry that is none · `bare`: a wrapper ended and had no array of records. */
export type WrapperStep = 'on' | 'document' | 'junk' | 'bare' | 'torn';

const MAX_KEY_BYTES = 64;

export class WrapperScanner {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #key: number[] = [];
  #keys: string[] = [];
  #recordsDepth = 0;
  #hasRecords = false;

  /** Takes the next byte between documents; the document itself is not shown to it. */
  accept(byte: number): WrapperStep {
    if (this.#isInString) return this.#acceptInString(byte);
    if (byte <= 0x20 || byte === 0x2c || byte === 0xef || byte === 0xbb || byte === 0xbf) return 'on';
    if (this.#recordsDepth > 0) return this.#acceptInRecords(byte);
    if (this.#depth === 0 && byte !== 0x7b) return 'torn';
    if (byte === 0x22) {
      this.#isInString = true;
      this.#key = [];
    } else if (byte === 0x3a) {
      if (this.#depth <= 2) this.#keys[this.#depth] = Buffer.from(this.#key).toString('latin1');
    } else if (byte === 0x5b && isWrapperPath(this.#depth, this.#keys)) {
      this.#depth += 1;
      this.#recordsDepth = this.#depth;
      this.#hasRecords = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      this.#depth += 1;
      if (this.#depth <= 2) this.#keys[this.#depth] = '';
    } else if (byte === 0x7d || byte === 0x5d) {
      return this.#close();
    }
    return 'on';
  }

  /** What is wrong with the end of the text, or null. */
  end(): string | null {
    return this.#depth > 0 ? 'the wrapper of the records has no end' : null;
  }

  #acceptInString(byte: number): WrapperStep {
    if (byte === 0x0a) return 'torn';
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === 0x5c) this.#isEscaped = true;
    else if (byte === 0x22) this.#isInString = false;
    if (this.#isInString && this.#key.length < MAX_KEY_BYTES) this.#key.push(byte);
    return 'on';
  }

  #acceptInRecords(byte: number): WrapperStep {
    if (byte === 0x7b) return 'document';
    if (byte !== 0x5d) return 'junk';
    this.#recordsDepth = 0;
    this.#depth -= 1;
    return 'on';
  }

  #close(): WrapperStep {
    this.#depth -= 1;
    if (this.#depth > 0) return 'on';
    const isBare = !this.#hasRecords;
    this.#hasRecords = false;
    return isBare ? 'bare' : 'on';
  }
}
