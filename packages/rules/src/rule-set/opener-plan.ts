// Which rules are looked at at all: of each rule's query tests are chosen of which one must hold, and only an event that satisfies one
// of them opens the rule. Which tests these are depends on the rules, and on the events seen so far: answers never do.

import type { Network } from './network.ts';
import { listKind, type ValueTest } from './value-test.ts';

/** What a test costs as an opener: the share of events that it opens rules for, and how often an event makes that it must be asked. */
interface TestCost {
  readonly rate: number;
  readonly asked: number;
}

/** null: the test cannot open. */
export type CostOf = (test: ValueTest) => TestCost | null;

interface Choice extends TestCost {
  readonly tests: readonly ValueTest[];
}

/** Nanoseconds, roughly: for looking at a rule, and for asking a test. Only the ratio counts. */
const RULE_COST = 150;
const TEST_COST = 60;

/** Tells the tests which rules they open and gives the rules that nothing opens: those are always looked at. `roots`: of each rule its query. */
export function planOpeners(network: Network, roots: readonly number[], costOf: CostOf): readonly number[] {
  for (const test of network.tests.flat()) test.opens.length = 0;
  const always: number[] = [];
  for (const [rule, root] of roots.entries()) {
    const choice = choose(network, root, costOf);
    if (choice === null) always.push(rule);
    else for (const test of choice.tests) test.opens.push(rule);
  }
  return always;
}

/** The cheapest tests of which one holds for every match; null: there are none. */
function choose(network: Network, number: number, costOf: CostOf): Choice | null {
  const node = network.nodes[number];
  if (node?.kind === 'test' && node.test !== null) {
    const cost = costOf(node.test);
    return cost === null ? null : { ...cost, tests: [node.test] };
  }
  if (node?.kind === 'all') {
    const choices = node.of.flatMap((part) => choose(network, part, costOf) ?? []);
    return choices.reduce<Choice | null>(
      (best, each) => (best === null || priceOf(each) < priceOf(best) ? each : best),
      null,
    );
  }
  if (node?.kind !== 'any') return null;
  const choices = node.of.map((part) => choose(network, part, costOf));
  if (choices.includes(null)) return null;
  return {
    tests: [...new Set(choices.flatMap((choice) => choice?.tests ?? []))],
    rate: choices.reduce((sum, choice) => sum + (choice?.rate ?? 0), 0),
    asked: choices.reduce((sum, choice) => sum + (choice?.asked ?? 0), 0),
  };
}

function priceOf({ rate, asked }: TestCost): number {
  return Math.min(1, rate) * RULE_COST + asked * TEST_COST;
}

/** Before any event was seen: what many rules ask for is common. Only lists of texts can open, which one look-up answers. */
export function guessCosts(network: Network, roots: readonly number[]): CostOf {
  const shares = new Map<string, number>();
  for (const root of roots) {
    for (const text of new Set(openingTests(network, root).flatMap((test) => textsOf(test)))) {
      shares.set(text, (shares.get(text) ?? 0) + 1 / roots.length);
    }
  }
  return (test) => {
    if (test.listed?.isAll !== true) return null;
    return { rate: textsOf(test).reduce((sum, text) => sum + (shares.get(text) ?? 0), 0), asked: 0 };
  };
}

function textsOf(test: ValueTest): readonly string[] {
  const kind = `${test.field} ${listKind(test)}`;
  return (test.listed?.texts ?? []).map((text) => `${kind} ${text}`);
}

/** The tests of a query that can be chosen, alone or with others. */
export function openingTests({ nodes }: Network, root: number): readonly ValueTest[] {
  const found = new Set<ValueTest>();
  const visit = (number: number): void => {
    const node = nodes[number];
    if (node?.kind === 'test' && node.test !== null) found.add(node.test);
    if (node?.kind === 'all' || node?.kind === 'any') for (const part of node.of) visit(part);
  };
  visit(root);
  return [...found];
}
