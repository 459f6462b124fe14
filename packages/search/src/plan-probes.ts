// Terms -> two probes at most: two bytes side by side, of which one pair stands in every line that holds one of the terms.

import { foldAt, type SearchTerm } from './search-term.ts';
import { sharesOf, type TermShares } from './term-shares.ts';

const MAX_PROBES = 2;
/** So many have hardly two pairs in common. */
const MAX_TERMS = 256;
/** What takes any byte: the second of a term that has one byte only. */
const ANY = { byte: 0xff, fold: 0xff } as const;

export interface Probe {
  /** What the text's bytes are or-ed with, and what must then stand there. */
  readonly first: number;
  readonly firstFold: number;
  readonly second: number;
  readonly secondFold: number;
  /** The share of places at which it is expected. */
  readonly share: number;
}

export interface PlacedTerm {
  readonly term: SearchTerm;
  /** Where in the term the place lies that is found. */
  readonly at: number;
}

export interface ProbePlan {
  readonly probes: readonly Probe[];
  readonly placed: readonly PlacedTerm[];
}

/** Two probes at most that stand for all of the terms, or null when the terms are too different. */
export function planProbes(terms: readonly SearchTerm[]): ProbePlan | null {
  if (terms.length > MAX_TERMS) return null;
  const probes: Probe[] = [];
  const placed: PlacedTerm[] = [];
  let left = terms;
  while (left.length > 0) {
    const free = MAX_PROBES - probes.length;
    if (free === 0) return null;
    const candidates = candidatesOf(left);
    const best = left.length <= free ? rarestFor(left[0] as SearchTerm, candidates) : widest(candidates);
    probes.push(best.probe);
    for (const entry of best.placed) placed.push(entry);
    const covered = new Set(best.placed.map(({ term }) => term));
    left = left.filter((term) => !covered.has(term));
  }
  return { probes, placed };
}

interface Candidate {
  readonly probe: Probe;
  readonly placed: PlacedTerm[];
}

function candidatesOf(terms: readonly SearchTerm[]): readonly Candidate[] {
  const found = new Map<number, Candidate>();
  for (const term of terms) {
    for (const [at, probe] of probesOf(term)) {
      const key = keyOf(probe);
      let candidate = found.get(key);
      if (candidate === undefined) found.set(key, (candidate = { probe, placed: [] }));
      if (candidate.placed.at(-1)?.term !== term) candidate.placed.push({ term, at });
    }
  }
  return [...found.values()];
}

function keyOf({ first, firstFold, second, secondFold }: Probe): number {
  return first + second * 2 ** 8 + firstFold * 2 ** 16 + secondFold * 2 ** 24;
}

function* probesOf(term: SearchTerm): Generator<readonly [number, Probe]> {
  const { length } = term.bytes;
  const shares = sharesOf(term);
  for (let at = 0; at < Math.max(1, length - 1); at += 1) yield [at, probeAt(term, shares, at)];
}

function probeAt(term: SearchTerm, { bytes, pairs }: TermShares, at: number): Probe {
  const first = term.bytes[at] as number;
  const firstFold = foldAt(term, at);
  const second = term.bytes[at + 1];
  if (second === undefined)
    return { first, firstFold, second: ANY.byte, secondFold: ANY.fold, share: bytes[at] as number };
  return { first, firstFold, second, secondFold: foldAt(term, at + 1), share: pairs[at] as number };
}

function rarestFor(term: SearchTerm, candidates: readonly Candidate[]): Candidate {
  const own = candidates.filter(({ placed }) => placed.some((entry) => entry.term === term));
  return own.reduce((best, candidate) => (candidate.probe.share < best.probe.share ? candidate : best));
}

/** Stands for the most terms; of such the rarest. */
function widest(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, candidate) => {
    const more = candidate.placed.length - best.placed.length;
    return more > 0 || (more === 0 && candidate.probe.share < best.probe.share) ? candidate : best;
  });
}
