// Terms -> how they are searched for: the cheapest of three ways for ordinary events.

import { planClasses, type ClassPlan } from './plan-classes.ts';
import { gramStride, planGrams, type GramPlan } from './plan-grams.ts';
import { planProbes, type ProbePlan } from './plan-probes.ts';
import type { SearchTerm } from './search-term.ts';

export type KernelPlan =
  | ({ readonly kind: 'probes' } & ProbePlan)
  | { readonly kind: 'classes'; readonly classes: ClassPlan }
  | { readonly kind: 'grams'; readonly classes: ClassPlan; readonly grams: GramPlan };

/** Nanoseconds a byte, for a place that passes, and for each term that is compared there; `bench/parts/search.ts` measures them. */
const COST = { probes: 0.07, classes: 0.14, gram: 0.9, place: 8, compare: 2 } as const;
/** From which length on terms are searched by their pieces. */
const GRAM_LENGTHS = [4, 5, 6, 8, 11] as const;
/** Of more terms in eight classes some stand nearly everywhere. */
const MAX_CLASSED = 256;

/** `only`: the way to take where it is possible, for tests. Classes take any terms. */
export function planKernel(terms: readonly SearchTerm[], only?: KernelPlan['kind']): KernelPlan {
  let best: Priced | null = null;
  for (const { kind, leastCost, plan } of WAYS) {
    if (only === undefined ? best !== null && best.cost <= leastCost : kind !== only) continue;
    const priced = plan(terms);
    if (priced !== null && (best === null || priced.cost < best.cost)) best = priced;
  }
  return best?.plan ?? planByClasses(terms).plan;
}

interface Priced {
  readonly plan: KernelPlan;
  /** Nanoseconds a byte. */
  readonly cost: number;
}

interface Way {
  readonly kind: KernelPlan['kind'];
  /** No plan of this kind costs less. */
  readonly leastCost: number;
  readonly plan: (terms: readonly SearchTerm[]) => Priced | null;
}

const WAYS: readonly Way[] = [
  { kind: 'probes', leastCost: COST.probes, plan: planByProbes },
  { kind: 'classes', leastCost: COST.classes, plan: planByClasses },
  ...GRAM_LENGTHS.toReversed().map((shortest): Way => ({
    kind: 'grams',
    leastCost: COST.classes + COST.gram / gramStride(shortest),
    plan: (terms) => planByGrams(terms, shortest),
  })),
];

function planByProbes(terms: readonly SearchTerm[]): Priced | null {
  const plan = planProbes(terms);
  if (plan === null) return null;
  const places = plan.probes.reduce((sum, { share }) => sum + share, 0);
  return { plan: { kind: 'probes', ...plan }, cost: COST.probes + places * COST.place };
}

function planByClasses(terms: readonly SearchTerm[]): Priced {
  const classes = planClasses(terms);
  return { plan: { kind: 'classes', classes }, cost: classesCost(classes) };
}

function planByGrams(terms: readonly SearchTerm[], shortest: number): Priced | null {
  const long = terms.filter(({ bytes }) => bytes.length >= shortest);
  const isShortest = shortest === GRAM_LENGTHS[0];
  if (long.length === 0 || (!isShortest && terms.length - long.length > MAX_CLASSED)) return null;
  const grams = planGrams(long, shortest);
  const classes = planClasses(terms.filter(({ bytes }) => bytes.length < shortest));
  const sampled = (COST.gram + grams.share * COST.place) / grams.stride;
  return { plan: { kind: 'grams', classes, grams }, cost: classesCost(classes) + sampled };
}

function classesCost({ share, compared }: ClassPlan): number {
  return COST.classes + share * COST.place + compared * COST.compare;
}
