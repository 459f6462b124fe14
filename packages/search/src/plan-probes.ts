// Terms -> two probes at most: two bytes at a distance, of which one pair stands in every line that holds one of the terms.

import { foldAt, type SearchTerm } from './search-term.ts';
import { sharesOf, type TermShares } from './term-shares.ts';

const MAX_PROBES = 2;
/** So many have hardly two pairs in common. */
const MAX_TERMS = 256;
const MAX_DISTANCE = 8;

export interface Probe {
  /** What the text's bytes are or-ed with, and what must then stand there. */
  readonly first: number;
  readonly firstFold: number;
  readonly second: number;
  readonly secondFold: number;
  /** How far the second byte is from the first; 0: it is the same byte. */
  readonly distance: number;
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

function keyOf({ first, firstFold, second, secondFold, distance }: Probe): number {
  return first + second * 2 ** 8 + firstFold * 2 ** 16 + secondFold * 2 ** 24 + distance * 2 ** 32;
}

function* probesOf(term: SearchTerm): Generator<readonly [number, Probe]> {
  const { length } = term.bytes;
  const shares = sharesOf(term);
  if (length === 1) yield [0, probeAt(term, shares, 0, 0)];
  for (let at = 0; at < length - 1; at += 1) {
    for (let distance = 1; distance <= MAX_DISTANCE && at + distance < length; distance += 1) {
      yield [at, probeAt(term, shares, at, distance)];
    }
  }
}

function probeAt(term: SearchTerm, { bytes, pairs }: TermShares, at: number, distance: number): Probe {
  const [first, second] = [bytes[at] as number, bytes[at + distance] as number];
  // Neighbours were counted; what stands further apart is taken for independent, which it never quite is.
  const apart = distance === 0 ? first : 2 * first * second;
  return {
    first: term.bytes[at] as number,
    firstFold: foldAt(term, at),
    second: term.bytes[at + distance] as number,
    secondFold: foldAt(term, at + distance),
    distance,
    share: distance === 1 ? (pairs[at] as number) : apart,
  };
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
