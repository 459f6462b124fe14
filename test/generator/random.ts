// Numbers from a seed: the same archive on every machine.

export interface Random {
  /** A double in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
  pick<T>(from: readonly T[]): T;
  hex(digits: number): string;
}

/** Mulberry32: 32 bits of state, good enough for test data. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    next,
    integer,
    pick: <T>(from: readonly T[]): T => from[integer(from.length)] as T,
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += integer(0x1_0000_0000).toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}
