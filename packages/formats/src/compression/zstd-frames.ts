// Walks the frames of a zstd stream without decompressing: Node's decoder is silent about bytes after the last frame and about a frame
// header that is cut short (RFC 8878, section 3.1).

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const HEADER_SIZES = [0, 1, 2, 4] as const;
const CONTENT_SIZES = [0, 2, 4, 8] as const;

type State = 'magic' | 'descriptor' | 'header' | 'block' | 'body' | 'checksum' | 'skip-size' | 'skip-body';

export class ZstdFrames {
  #state: State = 'magic';
  #want = 4;
  #field: number[] = [];
  #hasChecksum = false;
  #isLastBlock = false;

  /** Whether the bytes so far end with a whole frame. */
  get isWhole(): boolean {
    return this.#state === 'magic' && this.#field.length === 0;
  }

  /** How many bytes of the slice belong to frames; fewer than all of them where a frame should begin and does not. */
  accept(slice: Uint8Array): number {
    let at = 0;
    while (at < slice.length) {
      const take = Math.min(this.#want - this.#field.length, slice.length - at);
      if (
        this.#state === 'body' ||
        this.#state === 'skip-body' ||
        this.#state === 'header' ||
        this.#state === 'checksum'
      ) {
        const passed = Math.min(this.#want, slice.length - at);
        this.#want -= passed;
        at += passed;
        if (this.#want === 0) this.#advance();
        continue;
      }
      for (let index = 0; index < take; index += 1) this.#field.push(slice[at + index] as number);
      at += take;
      if (this.#field.length === this.#want && !this.#read()) return Math.max(0, at - this.#want);
    }
    return at;
  }

  /** Understands a field of known length. False: no frame begins here. */
  #read(): boolean {
    const value = this.#field.reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0);
    switch (this.#state) {
      case 'magic':
        if (value === MAGIC) this.#enter('descriptor', 1);
        else if (value - (value % 16) === SKIPPABLE_MAGIC) this.#enter('skip-size', 4);
        else return false;
        return true;
      case 'descriptor': {
        this.#hasChecksum = (value & 4) !== 0;
        const isSingle = (value & 32) !== 0;
        const contentFlag = value >> 6;
        const content = contentFlag === 0 ? Number(isSingle) : (CONTENT_SIZES[contentFlag] as number);
        this.#pass('header', Number(!isSingle) + (HEADER_SIZES[value & 3] as number) + content);
        return true;
      }
      case 'skip-size':
        this.#pass('skip-body', value);
        return true;
      default: {
        this.#isLastBlock = (value & 1) === 1;
        const isRepeat = ((value >> 1) & 3) === 1;
        this.#pass('body', isRepeat ? 1 : value >> 3);
        return true;
      }
    }
  }

  /** What follows the part that was just passed. */
  #advance(): void {
    if (this.#state === 'header' || (this.#state === 'body' && !this.#isLastBlock)) this.#enter('block', 3);
    else if (this.#state === 'body' && this.#hasChecksum) this.#pass('checksum', 4);
    else this.#enter('magic', 4);
  }

  #enter(state: State, want: number): void {
    this.#state = state;
    this.#want = want;
    this.#field = [];
  }

  #pass(state: State, want: number): void {
    this.#enter(state, want);
    if (want === 0) this.#advance();
  }
}
