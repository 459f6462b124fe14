// Where things lie in the memory of the WebAssembly search; wasm/layout.as names the same addresses.

export const LAYOUT = {
  /** i32 each: searched, blank, listed. */
  results: 0x40,
  /** i32: length of the document that was found in a line. */
  documentBytes: 0x50,
  kernel: 0x80,
  gramStride: 0x84,
  shortLiterals: 0x88,
  probes: 0x100,
  probeBytes: 64,
  classes: 0x280,
  windowHeads: 0x400,
  windowHashBits: 11,
  /** i32 pairs: start and end of a listed line. */
  listed: 0x2400,
  gramMarks: 0x6400,
  gramHashBits: 15,
  gramHeads: 0xe400,
  /** Literals, chains and conditions, in any order. */
  records: 0x2e400,
  /** From here on lie the chunks. */
  chunks: 0x200000,
  /** Behind them: what finds values in documents. i32 each: field, start, end, name. */
  found: 0x1000000,
  foundLimit: 4_096,
} as const;

export const KERNELS = { probes: 0, foldedProbes: 1, classes: 2, grams: 3 } as const;

/** What may be read behind the last byte of a text: 64 bytes at a time, literals 16 at a time. */
export const SLACK_BYTES = 128;
