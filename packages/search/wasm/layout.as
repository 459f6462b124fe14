// Where things lie in the memory: written by src/search-layout.ts, which names the same addresses.

/** What a scan found: searched, blank, count. */
export const RESULTS: usize = 0x40;
/** Which kernel runs, and with what: see search-layout.ts. */
export const KERNEL: usize = 0x80;
export const GRAM_STRIDE: usize = 0x84;
export const SHORT_LITERALS: usize = 0x88;
/** Two probes: first byte, its fold, second byte, its fold (16 copies each). */
export const PROBES: usize = 0x100;
export const PROBE_BYTES: usize = 64;
/** Three positions: low nibbles, high nibbles. */
export const CLASSES: usize = 0x280;
/** Chains of literals by the first two bytes of their window. */
export const WINDOW_HEADS: usize = 0x400;
export const WINDOW_HASH_BITS = 11;
/** Starts and ends of listed lines. */
export const LISTED: usize = 0x2400;
export const LISTED_LIMIT: i32 = 2048;
/** One byte for each hash of four bytes, and the chains by that hash. */
export const GRAM_MARKS: usize = 0x6400;
export const GRAM_HASH_BITS = 15;
export const GRAM_HEADS: usize = 0xe400;
