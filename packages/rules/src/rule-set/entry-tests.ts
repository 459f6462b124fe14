// Which rules are looked at at all: of each rule's query a list of tests is taken of which one must hold, and only an event that
// satisfies one of them opens the rule. Which field that is depends on the rules alone.

import type { Network } from './network.ts';
import { listKind, type ValueTest } from './value-test.ts';

/** Any of these holds for every match. */
type Needed = readonly ValueTest[];

/**
 * Tells the tests which rules they open (`roots`: the node of each rule's query) and gives the rules that nothing opens: those are
 * always looked at.
 */
export function openRules(network: Network, roots: readonly number[]): readonly number[] {
  const needs = roots.map((root) => neededTests(network, root));
  const shares = textShares(needs);
  const commonness = (needed: Needed): number =>
    needed.reduce((sum, test) => sum + textsOf(test).reduce((of, text) => of + (shares.get(text) ?? 0), 0), 0);
  const always: number[] = [];
  for (const [rule, lists] of needs.entries()) {
    const rated = lists.map((needed) => ({ needed, rate: commonness(needed) }));
    const best = rated.toSorted((a, b) => a.rate - b.rate)[0];
    if (best === undefined) always.push(rule);
    for (const test of best?.needed ?? []) test.opens.push(rule);
  }
  return always;
}

/** What many rules ask for is common: the share of the rules that ask for each text. */
function textShares(needs: readonly (readonly Needed[])[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const lists of needs) {
    for (const text of new Set(lists.flat().flatMap((test) => textsOf(test)))) {
      shares.set(text, (shares.get(text) ?? 0) + 1 / needs.length);
    }
  }
  return shares;
}

function textsOf(test: ValueTest): readonly string[] {
  const kind = `${test.field} ${listKind(test)}`;
  return (test.listed?.texts ?? []).map((text) => `${kind} ${text}`);
}

function neededTests({ nodes }: Network, root: number): readonly Needed[] {
  const visit = (number: number): readonly Needed[] => {
    const node = nodes[number];
    if (node?.kind === 'test') return node.test?.listed?.isAll === true ? [[node.test]] : [];
    if (node?.kind === 'all') return node.of.flatMap((part) => visit(part));
    if (node?.kind !== 'any') return [];
    const parts = node.of.map((part) => fewest(visit(part)));
    return parts.includes(null) || parts.length === 0 ? [] : [[...new Set(parts.flatMap((part) => part ?? []))]];
  };
  return visit(root);
}

/** Of the alternatives that a rule has each gives the list with the fewest texts. */
function fewest(lists: readonly Needed[]): Needed | null {
  const size = (needed: Needed): number => needed.reduce((sum, { listed }) => sum + (listed?.texts.length ?? 0), 0);
  return lists.reduce<Needed | null>((best, list) => (best === null || size(list) < size(best) ? list : best), null);
}
