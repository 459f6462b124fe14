// Hot path. The values of one event, field by field, with what is known of each: taken once, when a test or the choice of rules asks.

import type { EventView, FieldTable, Scalar, ValueNames } from '@coldhunt/core';
import { FieldMemo, type KnownValue } from './field-memo.ts';
import { NamedKnowledge } from './named-knowledge.ts';
import type { Network } from './network.ts';
import type { ValueTest } from './value-test.ts';

const LAST_EPOCH = 2 ** 31 - 1;

/** Fields of which every event is asked at once: a table, and by its numbers those of the network. */
export interface GatheredFields {
  readonly table: FieldTable;
  readonly fields: readonly number[];
  /** By the network's number. */
  readonly isGathered: readonly boolean[];
}

export class EventValues {
  readonly #network: Network;
  readonly #memos: readonly FieldMemo[];
  readonly #named = new NamedKnowledge();
  readonly #visit: (known: KnownValue) => void;
  #gathered: GatheredFields;
  /** The event that is asked; fields that carry another number are of an event before. */
  #epoch = 0;
  readonly #epochs: Int32Array;
  /** By field: what is known of the event's values, and how many there are. */
  readonly #known: KnownValue[][];
  readonly #counts: Int32Array;
  #event: EventView | null = null;
  #names: ValueNames | null = null;

  /** `visit` is told of each value that is gathered. */
  constructor(network: Network, gathered: GatheredFields, visit: (known: KnownValue) => void) {
    this.#network = network;
    this.#visit = visit;
    this.#gathered = gathered;
    this.#memos = network.tests.map((tests) => new FieldMemo(tests));
    this.#epochs = new Int32Array(network.fields.length);
    this.#known = network.fields.map(() => []);
    this.#counts = new Int32Array(network.fields.length);
    this.replan(gathered);
  }

  /** The tests open other rules than before, and other fields are gathered. */
  replan(gathered: GatheredFields): void {
    this.#gathered = gathered;
    for (const memo of this.#memos) memo.replan();
    this.#named.clear();
  }

  gather(event: EventView): void {
    if (this.#epoch === LAST_EPOCH) {
      this.#epochs.fill(0);
      this.#epoch = 0;
    }
    this.#epoch += 1;
    this.#event = event;
    this.#names = event.names ?? null;
    if (this.#names !== null) this.#named.enter(this.#names.scope);
    const { table } = this.#gathered;
    if (this.#names?.gatherNames(table, this.#takeNamed) !== true) event.gather(table, this.#take);
  }

  /** The event is asked no more. */
  end(): void {
    this.#event = null;
    this.#names = null;
  }

  /** Whether a value of the event satisfies the test. */
  readonly holds = ({ field, index }: ValueTest): boolean => {
    if (this.#epochs[field] !== this.#epoch) this.#fetch(field);
    const known = this.#known[field] as KnownValue[];
    const count = this.#counts[field] as number;
    const memo = this.#memos[field] as FieldMemo;
    for (let at = 0; at < count; at += 1) if (memo.holds(known[at] as KnownValue, index)) return true;
    return false;
  };

  /** How many values of a field were taken. */
  countOf(field: number): number {
    return this.#epochs[field] === this.#epoch ? (this.#counts[field] as number) : 0;
  }

  /** The share of a field's values that were not known. */
  missRateOf(field: number): number {
    return this.#memos[field]?.missRate ?? 1;
  }

  readonly #take = (number: number, value: Scalar): void => {
    const field = this.#gathered.fields[number] as number;
    this.#visit(this.#note(field, this.#begun(field).know(value)));
  };

  readonly #takeNamed = (number: number, name: number, at: number): void => {
    const field = this.#gathered.fields[number] as number;
    this.#visit(this.#note(field, this.#knowNamed(field, name, at)));
  };

  readonly #noteNamed = (field: number, name: number, at: number): void => {
    this.#note(field, this.#knowNamed(field, name, at));
  };

  /** Asks the event for the values of a field that was not gathered. */
  #fetch(field: number): void {
    const memo = this.#begun(field);
    if (this.#gathered.isGathered[field] === true) return;
    const path = this.#network.fields[field];
    if (path === undefined || this.#event === null) return;
    if (this.#names?.namesOf(path, field, this.#noteNamed) === true) return;
    const values = this.#event.values(path);
    for (let index = 0; index < values.length; index += 1) this.#note(field, memo.know(values[index] as Scalar));
  }

  #knowNamed(field: number, name: number, at: number): KnownValue {
    const memo = this.#begun(field);
    if (name >= 0) {
      const known = this.#named.get(name);
      if (known !== null) {
        memo.count();
        return known;
      }
    }
    const known = memo.know((this.#names as ValueNames).valueAt(at));
    if (name >= 0 && known.lasts) this.#named.set(name, known);
    return known;
  }

  #begun(field: number): FieldMemo {
    const memo = this.#memos[field] as FieldMemo;
    if (this.#epochs[field] !== this.#epoch) {
      this.#epochs[field] = this.#epoch;
      this.#counts[field] = 0;
      memo.begin();
    }
    return memo;
  }

  #note(field: number, known: KnownValue): KnownValue {
    const count = this.#counts[field] as number;
    (this.#known[field] as KnownValue[])[count] = known;
    this.#counts[field] = count + 1;
    return known;
  }
}
