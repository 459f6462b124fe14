// A glob over keys -> a test that takes time in proportion to the key, whatever the pattern: states are walked together (Thompson), never
// tried one after the other. A pattern without a slash looks at the last segment at any depth (`*.tmp`); a leading slash ties it to the root.

import { ANY_FOLDERS, parseGlob, type GlobNode } from './parse-glob.ts';

interface State {
  /** Null: `next` are entered at once. */
  readonly test: ((codePoint: number) => boolean) | null;
  next: number[];
}

const END = 0;

/** Compiles `--include-key` and `--exclude-key` patterns. The key is matched whole. Throws OPTION_INVALID. */
export function compileKeyGlob(glob: string): (key: string) => boolean {
  const isRooted = glob.startsWith('/');
  const nodes = parseGlob(isRooted ? glob.slice(1) || '/' : glob);
  const prefix = !isRooted && !glob.includes('/') ? [ANY_FOLDERS] : [];
  // State 0 is the end; the others are built from the back.
  const states: State[] = [{ test: null, next: [] }];
  const first = build(states, [...prefix, ...nodes], END);
  return (key) => run(states, first, isRooted && key.startsWith('/') ? key.slice(1) : key);
}

function build(states: State[], nodes: readonly GlobNode[], end: number): number {
  let next = end;
  for (const node of nodes.toReversed()) next = buildNode(states, node, next);
  return next;
}

function buildNode(states: State[], node: GlobNode, next: number): number {
  switch (node.kind) {
    case 'character':
      return states.push({ test: node.test, next: [next] }) - 1;
    case 'many': {
      const loop = states.push({ test: null, next: [] }) - 1;
      const character = states.push({ test: node.test, next: [loop] }) - 1;
      states[loop] = { test: null, next: [character, next] };
      return loop;
    }
    case 'alternatives': {
      const starts = node.options.map((option) => build(states, option, next));
      return states.push({ test: null, next: starts }) - 1;
    }
  }
}

function run(states: readonly State[], first: number, key: string): boolean {
  const seenAt = new Int32Array(states.length).fill(-1);
  let current: number[] = [];
  let round = 0;
  enter(states, first, { into: current, seenAt, round });
  for (const character of key) {
    round += 1;
    const codePoint = character.codePointAt(0) ?? 0;
    const following: number[] = [];
    for (const index of current) {
      const state = states[index];
      if (state?.test?.(codePoint) !== true) continue;
      for (const next of state.next) enter(states, next, { into: following, seenAt, round });
    }
    if (following.length === 0) return false;
    current = following;
  }
  return current.includes(END);
}

interface Entering {
  readonly into: number[];
  readonly seenAt: Int32Array;
  readonly round: number;
}

// Adds a state, and all that it leads to without a character.
function enter(states: readonly State[], start: number, entering: Entering): void {
  const { into, seenAt, round } = entering;
  const open = [start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seenAt[index] === round) continue;
    seenAt[index] = round;
    const state = states[index];
    if (state === undefined) continue;
    if (state.test !== null || index === END) into.push(index);
    else open.push(...state.next);
  }
}
