// Hot path. Texts of JSON, decoded: what stood in an event before is not decoded again, and is the same string, whose hash is known.

/** Places; a text takes the place of the one before it that has its hash. More are made when texts are often replaced. */
const FIRST_PLACES = 256;
const MAX_PLACES = 16_384;
/** Longer texts are seldom seen again. */
const MAX_BYTES = 112;
/** A field whose texts were new so many times more often than known is no longer remembered. */
const MAX_LOSS = 5_000;

export class TextCache {
  #places = FIRST_PLACES;
  #bytes = new Uint8Array(FIRST_PLACES * MAX_BYTES);
  #lengths = new Uint8Array(FIRST_PLACES);
  #texts: string[] = Array.from({ length: FIRST_PLACES }, () => '');
  #missed = 0;
  /** By field: how much more often its texts were found than not. Where they hardly ever are, they only take the places of others. */
  readonly #gains: Int32Array;

  constructor(fields: number) {
    this.#gains = new Int32Array(fields);
  }

  /** A field's text between the quotes at `bytes[start - 1]` and `bytes[end]`, which is valid JSON. */
  decode(field: number, bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    const gain = this.#gains[field] as number;
    if (length > MAX_BYTES || gain < -MAX_LOSS) return decodeText(bytes, start, end);
    const place = hashText(bytes, start, end) & (this.#places - 1);
    const held = this.#bytes;
    const from = place * MAX_BYTES;
    if (this.#lengths[place] === length) {
      let at = 0;
      while (at < length && held[from + at] === bytes[start + at]) at += 1;
      if (at === length) {
        if (gain < MAX_LOSS) this.#gains[field] = gain + 1;
        return this.#texts[place] as string;
      }
    }
    const text = decodeText(bytes, start, end);
    for (let at = 0; at < length; at += 1) held[from + at] = bytes[start + at] as number;
    this.#lengths[place] = length;
    this.#texts[place] = text;
    this.#gains[field] = gain - 1;
    this.#missed += 1;
    if (this.#missed > this.#places && this.#places < MAX_PLACES) this.#grow();
    return text;
  }

  #grow(): void {
    this.#places *= 4;
    this.#bytes = new Uint8Array(this.#places * MAX_BYTES);
    this.#lengths = new Uint8Array(this.#places);
    this.#texts = Array.from({ length: this.#places }, () => '');
    this.#missed = 0;
  }
}

function decodeText(bytes: Buffer, start: number, end: number): string {
  let isPlain = true;
  for (let at = start; at < end && isPlain; at += 1) {
    const byte = bytes[at] as number;
    isPlain = byte < 0x80 && byte !== 0x5c;
  }
  if (isPlain) return bytes.toString('latin1', start, end);
  return JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string;
}

/** Of length and both ends: most of all texts differ there. */
function hashText(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  const headEnd = Math.min(end, start + 8);
  for (let at = start; at < headEnd; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  for (let at = Math.max(headEnd, end - 16); at < end; at += 1)
    hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash ^ (hash >>> 15);
}
