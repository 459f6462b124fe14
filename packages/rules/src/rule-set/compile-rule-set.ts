// Hot path. All rules of a hunt over one event: each field's values are taken once, each test is made once a value, each clause is
// asked once, and only rules that the event opens are looked at. The slow twin is CompiledRule.matches, rule by rule.

import { createFieldTable, InputError, type EventView } from '@coldhunt/core';
import type { CompiledRule } from '../compiled-rule.ts';
import { EventValues, type GatheredFields } from './event-values.ts';
import type { KnownValue } from './field-memo.ts';
import { NetworkBuilder, type NetworkNode } from './network.ts';
import { OpenerLearning } from './opener-learning.ts';
import { guessCosts, planOpeners } from './opener-plan.ts';
import { RuleClock } from './rule-clock.ts';
import type { RuleCost } from './rule-cost.ts';
import type { ValueTest } from './value-test.ts';
import { FAILED, FALSE, TRUE, type Verdict } from './verdict.ts';

/** A rule that says nothing of an event, by its number. */
export type OnFailure = (rule: number, failure: InputError) => void;

export interface RuleSet {
  /**
   * The numbers of the rules that the event matches, ascending: of each rule what its own `matches` says, and where that throws
   * InputError a call of `onFailure`. The array is used again for the next event.
   */
  matches(event: EventView, nowMs: number, onFailure: OnFailure): readonly number[];
  /** What the rules cost since the last call; those that no event opened are left out. */
  takeCosts(): readonly RuleCost[];
}

const LAST_EPOCH = 2 ** 31 - 1;

/** Remembers values of events, within bounds: one set a thread. */
export function compileRuleSet(rules: readonly Pick<CompiledRule, 'clause'>[]): RuleSet {
  const network = new NetworkBuilder();
  return new MatchingRuleSet(
    network,
    rules.map(({ clause }) => network.add(clause)),
  );
}

class MatchingRuleSet implements RuleSet {
  readonly #network: NetworkBuilder;
  readonly #nodes: readonly NetworkNode[];
  readonly #roots: readonly number[];
  readonly #learning: OpenerLearning;
  readonly #clock: RuleClock;
  readonly #values: EventValues;
  /** Rules that are looked at for every event. */
  #always: readonly number[];
  /** The event that is matched; what carries another number is of an event before. */
  #epoch = 0;
  readonly #nodeEpochs: Int32Array;
  readonly #ruleEpochs: Int32Array;
  readonly #verdicts: Uint8Array;
  readonly #failures = new Map<number, InputError>();
  readonly #open: number[] = [];
  #opened = 0;
  readonly #found: number[] = [];
  #event: EventView | null = null;
  #nowMs = 0;

  constructor(network: NetworkBuilder, roots: readonly number[]) {
    this.#network = network;
    this.#nodes = network.nodes;
    this.#roots = roots;
    this.#learning = new OpenerLearning(network, roots);
    this.#clock = new RuleClock(roots.length);
    this.#always = planOpeners(network, roots, guessCosts(network, roots));
    this.#values = new EventValues(network, openingFields(network), this.#openAll);
    this.#nodeEpochs = new Int32Array(network.nodes.length);
    this.#ruleEpochs = new Int32Array(roots.length);
    this.#verdicts = new Uint8Array(network.nodes.length);
  }

  matches(event: EventView, nowMs: number, onFailure: OnFailure): readonly number[] {
    this.#begin(event, nowMs);
    this.#values.gather(event);
    for (const rule of this.#always) this.#openRule(rule);
    const isTimed = this.#clock.isTimed(this.#epoch);
    for (let index = 0; index < this.#opened; index += 1) {
      const rule = this.#open[index] as number;
      const root = this.#roots[rule] as number;
      this.#clock.count(rule);
      const verdict = isTimed ? this.#judgeTimed(rule, root) : this.#judge(root);
      if (verdict === TRUE) this.#found.push(rule);
      else if (verdict === FAILED) onFailure(rule, this.#failures.get(root) as InputError);
    }
    if (this.#found.length > 1) this.#found.sort((a, b) => a - b);
    if (this.#learning.isSample(this.#epoch)) this.#learn();
    this.#values.end();
    this.#event = null;
    return this.#found;
  }

  takeCosts(): readonly RuleCost[] {
    return this.#clock.take();
  }

  #begin(event: EventView, nowMs: number): void {
    if (this.#epoch === LAST_EPOCH) {
      for (const epochs of [this.#nodeEpochs, this.#ruleEpochs]) epochs.fill(0);
      this.#epoch = 0;
    }
    this.#epoch += 1;
    this.#opened = 0;
    if (this.#found.length > 0) this.#found.length = 0;
    if (this.#failures.size > 0) this.#failures.clear();
    this.#event = event;
    this.#nowMs = nowMs;
  }

  readonly #openAll = ({ opens }: KnownValue): void => {
    for (let index = 0; index < opens.length; index += 1) this.#openRule(opens[index] as number);
  };

  #openRule(rule: number): void {
    if (this.#ruleEpochs[rule] === this.#epoch) return;
    this.#ruleEpochs[rule] = this.#epoch;
    this.#open[this.#opened] = rule;
    this.#opened += 1;
  }

  #learn(): void {
    const { holds } = this.#values;
    if (!this.#learning.see({ holds, countOf: (field) => this.#values.countOf(field) })) return;
    this.#always = this.#learning.plan((field) => this.#values.missRateOf(field));
    this.#values.replan(openingFields(this.#network));
  }

  #judgeTimed(rule: number, root: number): Verdict {
    const begun = performance.now();
    const verdict = this.#judge(root);
    this.#clock.add(rule, performance.now() - begun);
    return verdict;
  }

  #judge(number: number): Verdict {
    if (this.#nodeEpochs[number] === this.#epoch) return this.#verdicts[number] as Verdict;
    const node = this.#nodes[number] as NetworkNode;
    let verdict: Verdict;
    switch (node.kind) {
      case 'test':
        verdict = this.#values.holds(node.test as ValueTest) ? TRUE : FALSE;
        break;
      case 'asked':
        verdict = this.#ask(number, node);
        break;
      case 'not': {
        const of = node.of[0] as number;
        const inner = this.#judge(of);
        verdict = inner === FAILED ? this.#fail(number, of) : inner === TRUE ? FALSE : TRUE;
        break;
      }
      case 'all':
        verdict = this.#join(number, node, FALSE);
        break;
      case 'any':
        verdict = this.#join(number, node, TRUE);
        break;
    }
    this.#nodeEpochs[number] = this.#epoch;
    this.#verdicts[number] = verdict;
    return verdict;
  }

  #ask(number: number, { asks, mayFail }: NetworkNode): Verdict {
    const event = this.#event as EventView;
    const ask = asks as NonNullable<typeof asks>;
    if (!mayFail) return ask(event, this.#nowMs) ? TRUE : FALSE;
    try {
      return ask(event, this.#nowMs) ? TRUE : FALSE;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#failures.set(number, error);
      return FAILED;
    }
  }

  /** One part that is `decisive` decides; otherwise one that fails makes all of it fail. */
  #join(number: number, { of }: NetworkNode, decisive: Verdict): Verdict {
    let failing = -1;
    for (let index = 0; index < of.length; index += 1) {
      const part = of[index] as number;
      const verdict = this.#judge(part);
      if (verdict === decisive) return decisive;
      if (verdict === FAILED && failing < 0) failing = part;
    }
    if (failing >= 0) return this.#fail(number, failing);
    return decisive === TRUE ? FALSE : TRUE;
  }

  #fail(number: number, cause: number): Verdict {
    this.#failures.set(number, this.#failures.get(cause) as InputError);
    return FAILED;
  }
}

/** Fields whose values open rules: they are gathered from every event, the others only when a test asks. */
function openingFields({ fields: paths, tests }: NetworkBuilder): GatheredFields {
  const isGathered = tests.map((each) => each.some(({ opens }) => opens.length > 0));
  const fields = isGathered.flatMap((is, field) => (is ? [field] : []));
  return { table: createFieldTable(fields.flatMap((field) => paths[field] ?? [])), fields, isGathered };
}
