// Runs a program over a key: all states go forward together, each with the groups that it has seen; of two that meet the better stays.

import type { Instruction } from './regex-program.ts';

interface Thread {
  readonly at: number;
  readonly slots: readonly number[];
}

/** Where the named groups stand in the leftmost match: two numbers a group, -1 for none. Null: no match. */
export function runRegex(program: readonly Instruction[], groups: number, key: string): readonly number[] | null {
  const empty = Array.from({ length: groups * 2 }, () => -1);
  const seenAt = new Int32Array(program.length).fill(-1);
  let threads: Thread[] = [];
  let found: readonly number[] | null = null;
  for (let position = 0; position <= key.length; position += 1) {
    // A match that begins further left is better than one that would begin here. States that stepped here come first.
    if (found === null) enter(0, empty, { program, key, position, seenAt, into: threads });
    if (threads.length === 0) break;
    const following: Thread[] = [];
    const code = position < key.length ? key.charCodeAt(position) : -1;
    for (const { at, slots } of threads) {
      const instruction = program[at];
      if (instruction?.op === 'match') {
        // What follows in the list is worse; what came before may still become a better match.
        found = slots;
        break;
      }
      if (instruction?.op !== 'char' || code < 0 || !instruction.test(code)) continue;
      enter(at + 1, slots, { program, key, position: position + 1, seenAt, into: following });
    }
    threads = following;
  }
  return found;
}

interface Entering {
  readonly program: readonly Instruction[];
  readonly key: string;
  readonly position: number;
  readonly seenAt: Int32Array;
  readonly into: Thread[];
}

// Adds a state, and all that it leads to without a character, best first.
function enter(start: number, startSlots: readonly number[], entering: Entering): void {
  const { program, key, position, seenAt, into } = entering;
  const open: Thread[] = [{ at: start, slots: startSlots }];
  for (let thread = open.pop(); thread !== undefined; thread = open.pop()) {
    const { at, slots } = thread;
    if (seenAt[at] === position) continue;
    seenAt[at] = position;
    const instruction = program[at];
    switch (instruction?.op) {
      case undefined:
        break;
      case 'jump':
        open.push({ at: instruction.to, slots });
        break;
      case 'split':
        open.push({ at: instruction.second, slots }, { at: instruction.first, slots });
        break;
      case 'save':
        open.push({ at: at + 1, slots: slots.with(instruction.slot, position) });
        break;
      case 'start':
        if (position === 0) open.push({ at: at + 1, slots });
        break;
      case 'end':
        if (position === key.length) open.push({ at: at + 1, slots });
        break;
      case 'char':
      case 'match':
        into.push({ at, slots });
    }
  }
}
