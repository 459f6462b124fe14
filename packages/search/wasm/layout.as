// Where things lie in the memory: written by src/search-layout.ts, which names the same addresses.

/** What a scan found: searched, blank, count. */
export const RESULTS: usize = 0x40;
/** Length of the document that was found in a line. */
export const DOCUMENT_BYTES: usize = 0x50;
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

/** Values of one document that were found: i32 field, start, end, name. */
export const FOUND: usize = 0x1000000;
export const FOUND_LIMIT: usize = 4096;
/** By field: whether its values are named, and how much more often a name was found than made. */
export const NAMING: usize = 0x1010000;
export const NAMED_FIELDS = 4096;
/** Chains of keys by hash, then the keys. */
export const KEY_HEADS: usize = 0x1018000;
export const KEY_HASH_BITS = 14;
export const KEYS_END: usize = 0x1120000;
/** Chains of values by hash, then the values. */
export const VALUE_HEADS: usize = 0x1120000;
export const VALUE_HASH_BITS = 15;
export const VALUES_END: usize = 0x1300000;
