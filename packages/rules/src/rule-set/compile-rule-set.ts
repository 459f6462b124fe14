// Hot path. All rules of a hunt over one event: each field's values are taken once, each test is made once a value, each clause is
// asked once, and only rules that the event opens are looked at. The slow twin is CompiledRule.matches, rule by rule.

import { createFieldTable, InputError, type EventView, type FieldPath, type Scalar } from '@coldhunt/core';
import type { CompiledRule } from '../compiled-rule.ts';
import { openRules } from './entry-tests.ts';
import { FieldMemo, type KnownValue } from './field-memo.ts';
import { NetworkBuilder, type NetworkNode } from './network.ts';
import { FAILED, FALSE, TRUE, type Verdict } from './verdict.ts';

/** A rule that says nothing of an event, by its number. */
export type OnFailure = (rule: number, failure: InputError) => void;

export interface RuleSet {
  /** Rules that every event is looked at for, by their numbers: nothing that they ask for by equality rules them out. */
  readonly always: readonly number[];
  /** Fields whose values are asked for one by one. */
  readonly fields: readonly FieldPath[];
  /**
   * The numbers of the rules that the event matches, ascending: of each rule what its own `matches` says, and where that throws
   * InputError a call of `onFailure`. The array is used again for the next event.
   */
  matches(event: EventView, nowMs: number, onFailure: OnFailure): readonly number[];
}

const LAST_EPOCH = 2 ** 31 - 1;

/** Remembers values of events, within bounds: one set a thread. */
export function compileRuleSet(rules: readonly Pick<CompiledRule, 'clause'>[]): RuleSet {
  const network = new NetworkBuilder();
  const roots = rules.map(({ clause }) => network.add(clause));
  const always = openRules(network, roots);
  return new MatchingRuleSet(network, roots, always);
}

class MatchingRuleSet implements RuleSet {
  readonly always: readonly number[];
  readonly fields: readonly FieldPath[];
  readonly #nodes: readonly NetworkNode[];
  readonly #roots: readonly number[];
  readonly #table: ReturnType<typeof createFieldTable>;
  readonly #memos: readonly FieldMemo[];
  /** Fields whose values open rules. */
  readonly #isOpening: readonly boolean[];
  /** The event that is matched; what carries another number is of an event before. */
  #epoch = 0;
  readonly #fieldEpochs: Int32Array;
  readonly #nodeEpochs: Int32Array;
  readonly #ruleEpochs: Int32Array;
  readonly #verdicts: Uint8Array;
  readonly #failures = new Map<number, InputError>();
  /** By field: the event's values, and what is known of them where it was asked. */
  readonly #values: Scalar[][];
  readonly #known: (KnownValue | null)[][];
  readonly #open: number[] = [];
  readonly #found: number[] = [];
  #event: EventView | null = null;
  #nowMs = 0;

  constructor(network: NetworkBuilder, roots: readonly number[], always: readonly number[]) {
    this.always = always;
    this.fields = network.fields;
    this.#nodes = network.nodes;
    this.#roots = roots;
    this.#table = createFieldTable(network.fields);
    this.#memos = network.tests.map((tests) => new FieldMemo(tests));
    this.#isOpening = network.tests.map((tests) => tests.some(({ opens }) => opens.length > 0));
    this.#fieldEpochs = new Int32Array(network.fields.length);
    this.#nodeEpochs = new Int32Array(network.nodes.length);
    this.#ruleEpochs = new Int32Array(roots.length);
    this.#verdicts = new Uint8Array(network.nodes.length);
    this.#values = network.fields.map(() => []);
    this.#known = network.fields.map(() => []);
  }

  matches(event: EventView, nowMs: number, onFailure: OnFailure): readonly number[] {
    this.#begin(event, nowMs);
    event.gather(this.#table, this.#take);
    for (const rule of this.always) this.#open.push(rule);
    for (let index = 0; index < this.#open.length; index += 1) {
      const rule = this.#open[index] as number;
      const verdict = this.#judge(this.#roots[rule] as number);
      if (verdict === TRUE) this.#found.push(rule);
      else if (verdict === FAILED) onFailure(rule, this.#failures.get(this.#roots[rule] as number) as InputError);
    }
    this.#event = null;
    if (this.#found.length > 1) this.#found.sort((a, b) => a - b);
    return this.#found;
  }

  #begin(event: EventView, nowMs: number): void {
    if (this.#epoch === LAST_EPOCH) {
      for (const epochs of [this.#fieldEpochs, this.#nodeEpochs, this.#ruleEpochs]) epochs.fill(0);
      this.#epoch = 0;
    }
    this.#epoch += 1;
    this.#open.length = 0;
    this.#found.length = 0;
    if (this.#failures.size > 0) this.#failures.clear();
    this.#event = event;
    this.#nowMs = nowMs;
  }

  readonly #take = (field: number, value: Scalar): void => {
    const values = this.#values[field] as Scalar[];
    const known = this.#known[field] as (KnownValue | null)[];
    if (this.#fieldEpochs[field] !== this.#epoch) {
      this.#fieldEpochs[field] = this.#epoch;
      values.length = 0;
      known.length = 0;
      (this.#memos[field] as FieldMemo).begin();
    }
    values.push(value);
    if (this.#isOpening[field] !== true) {
      known.push(null);
      return;
    }
    const opening = (this.#memos[field] as FieldMemo).know(value);
    known.push(opening);
    const { opens } = opening;
    for (let index = 0; index < opens.length; index += 1) {
      const rule = opens[index] as number;
      if (this.#ruleEpochs[rule] === this.#epoch) continue;
      this.#ruleEpochs[rule] = this.#epoch;
      this.#open.push(rule);
    }
  };

  #judge(number: number): Verdict {
    if (this.#nodeEpochs[number] === this.#epoch) return this.#verdicts[number] as Verdict;
    const node = this.#nodes[number] as NetworkNode;
    let verdict: Verdict;
    switch (node.kind) {
      case 'test':
        verdict = this.#holds(node) ? TRUE : FALSE;
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

  #holds({ test }: NetworkNode): boolean {
    if (test === null || this.#fieldEpochs[test.field] !== this.#epoch) return false;
    const values = this.#values[test.field] as Scalar[];
    const known = this.#known[test.field] as (KnownValue | null)[];
    const memo = this.#memos[test.field] as FieldMemo;
    for (let index = 0; index < values.length; index += 1) {
      const each = (known[index] ??= memo.know(values[index] as Scalar));
      if (memo.holds(each, test.index)) return true;
    }
    return false;
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
