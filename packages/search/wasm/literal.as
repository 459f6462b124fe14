// One literal: a record of its length, of the conditions that it opens, and of its bytes 16 at a time. Compared and sought.
//
// u32 length, u32 conditions, u32 first rare byte, u32 second rare byte, then for each 16 bytes: what is or-ed into the text
// (0x20 folds a letter, 0xff takes any byte), and what must then stand there.

const CONDITIONS: usize = 4;
const FIRST: usize = 8;
const SECOND: usize = 12;
const BYTES: usize = 16;

@inline
export function conditionsOf(literal: usize): usize {
  return load<u32>(literal, CONDITIONS);
}

/** Whether the literal stands at `at`, wholly before `to`. */
@inline
export function standsAt(literal: usize, at: usize, to: usize): bool {
  const length: usize = load<u32>(literal);
  if (at + length > to) return false;
  for (let done: usize = 0; done < length; done += 16) {
    const pair = literal + BYTES + (done << 1);
    if (!i8x16.all_true(i8x16.eq(v128.or(v128.load(at + done), v128.load(pair)), v128.load(pair, 16)))) return false;
  }
  return true;
}

/** Whether the literal stands anywhere in [from, to). */
export function standsIn(literal: usize, from: usize, to: usize): bool {
  const length: usize = load<u32>(literal);
  if (from + length > to) return false;
  const first: usize = load<u32>(literal, FIRST);
  const second: usize = load<u32>(literal, SECOND);
  const pairA = literal + BYTES + ((first >> 4) << 5) + (first & 15);
  const pairB = literal + BYTES + ((second >> 4) << 5) + (second & 15);
  const foldA = v128.load_splat<u8>(pairA);
  const byteA = v128.load_splat<u8>(pairA + 16);
  const foldB = v128.load_splat<u8>(pairB);
  const byteB = v128.load_splat<u8>(pairB + 16);
  const last = to - length;
  for (let at = from; at <= last; at += 16) {
    const both = v128.and(
      i8x16.eq(v128.or(v128.load(at + first), foldA), byteA),
      i8x16.eq(v128.or(v128.load(at + second), foldB), byteB),
    );
    for (let bits = i8x16.bitmask(both); bits !== 0; bits &= bits - 1) {
      if (standsAt(literal, at + ctz(bits), to)) return true;
    }
  }
  return false;
}
