// Hot path. The values that one field has had, and what is known of each: which tests it satisfies, which rules it opens. A test sees
// a value that comes again only once.

import type { Scalar } from '@coldhunt/core';
import { foldAscii } from '../fields/fold-ascii.ts';
import type { FieldType } from '../fields/field-type.ts';
import { indexedText } from '../fields/indexed-text.ts';
import { listKind, type ValueTest } from './value-test.ts';

/** Values of a field that are remembered; when there are more, the memory begins anew. */
const MAX_VALUES = 4_096;
/** Longer texts are seldom seen again. */
const MAX_TEXT_UNITS = 512;
/** Values of one event that are not remembered and for which memory is kept. */
const MAX_PASSING = 256;
/** A field of which fewer than one value in so many was seen before is no longer remembered. */
const MIN_REUSE = 2;

const UNKNOWN = 0;
const NO = 1;
const YES = 2;

/** A value, with UNKNOWN, NO or YES for each test of the field. */
export interface KnownValue {
  value: Scalar;
  readonly answers: Uint8Array;
  /** Rules that it opens: numbers, each once. */
  opens: readonly number[];
  /** Whether it stays what it is when the event is over. */
  readonly lasts: boolean;
}

interface TextIndex {
  readonly type: FieldType;
  readonly ignoreCase: boolean;
  readonly byText: Map<string, ValueTest[]>;
}

const NONE: readonly number[] = [];

export class FieldMemo {
  readonly #tests: readonly ValueTest[];
  readonly #indexes: readonly TextIndex[];
  /** What is known of a value that stands in no list. */
  readonly #unlisted: Uint8Array;
  /** Tests that open rules and are no lists: they are asked of every new value. */
  #askedOfAll: readonly ValueTest[] = [];
  readonly #known = new Map<Scalar, KnownValue>();
  #isRemembering = true;
  /** Since the memory began. */
  #asked = 0;
  #missed = 0;
  /** For values that are not remembered: of one event, used again for the next. */
  readonly #passing: KnownValue[] = [];
  #passed = 0;

  /** Rules that the tests open must be planned before. */
  constructor(tests: readonly ValueTest[]) {
    this.#tests = tests;
    this.#indexes = textIndexes(tests);
    this.#unlisted = Uint8Array.from(tests, ({ listed }) => (listed?.isAll === true ? NO : UNKNOWN));
  }

  /** The share of values that were not known. */
  get missRate(): number {
    return this.#isRemembering && this.#asked > 0 ? this.#missed / this.#asked : 1;
  }

  /** The tests open other rules than before. */
  replan(): void {
    this.#askedOfAll = this.#tests.filter(({ listed, opens }) => opens.length > 0 && listed?.isAll !== true);
    this.#known.clear();
  }

  /** Another event: what was given for values that are not remembered is no longer used. */
  begin(): void {
    if (this.#passed === 0) return;
    this.#passed = 0;
    if (this.#passing.length > MAX_PASSING) this.#passing.length = MAX_PASSING;
  }

  /** A value came again of which it was known by other means. */
  count(): void {
    this.#asked += 1;
  }

  /** What is known of a value. Valid until `begin`, or until `replan` when it lasts. */
  know(value: Scalar): KnownValue {
    if (
      !this.#isRemembering ||
      typeof value === 'object' ||
      (typeof value === 'string' && value.length > MAX_TEXT_UNITS)
    )
      return this.#fill(this.#nextPassing(), value);
    this.#asked += 1;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    this.#missed += 1;
    if (this.#known.size >= MAX_VALUES) {
      this.#known.clear();
      this.#isRemembering = this.#missed * MIN_REUSE < this.#asked;
      this.#asked = 0;
      this.#missed = 0;
    }
    const made = this.#fill({ value, answers: new Uint8Array(this.#tests.length), opens: NONE, lasts: true }, value);
    this.#known.set(value, made);
    return made;
  }

  holds({ value, answers }: KnownValue, index: number): boolean {
    const answer = answers[index];
    if (answer !== UNKNOWN) return answer === YES;
    const holds = (this.#tests[index] as ValueTest).satisfies(value, 0);
    answers[index] = holds ? YES : NO;
    return holds;
  }

  #nextPassing(): KnownValue {
    let next = this.#passing[this.#passed];
    if (next === undefined) {
      next = { value: '', answers: new Uint8Array(this.#tests.length), opens: NONE, lasts: false };
      this.#passing.push(next);
    }
    this.#passed += 1;
    return next;
  }

  #fill(known: KnownValue, value: Scalar): KnownValue {
    known.value = value;
    known.answers.set(this.#unlisted);
    let opens: Set<number> | null = null;
    for (const { type, ignoreCase, byText } of this.#indexes) {
      const term = indexedText(type, value);
      const tests = term === null ? undefined : byText.get(ignoreCase ? foldAscii(term) : term);
      if (tests === undefined) continue;
      for (const test of tests) {
        known.answers[test.index] = YES;
        if (test.opens.length > 0) opens = withAll(opens, test.opens);
      }
    }
    for (const test of this.#askedOfAll) {
      if (this.holds(known, test.index)) opens = withAll(opens, test.opens);
    }
    known.opens = opens === null ? NONE : [...opens];
    return known;
  }
}

function withAll(set: Set<number> | null, more: readonly number[]): Set<number> {
  const all = set ?? new Set();
  for (const each of more) all.add(each);
  return all;
}

function textIndexes(tests: readonly ValueTest[]): readonly TextIndex[] {
  const found = new Map<string, TextIndex>();
  for (const test of tests) {
    const { listed, type } = test;
    if (listed === null) continue;
    const key = listKind(test);
    const index = found.get(key) ?? { type, ignoreCase: listed.ignoreCase, byText: new Map() };
    found.set(key, index);
    for (const text of new Set(listed.texts.map((each) => (listed.ignoreCase ? foldAscii(each) : each)))) {
      const same = index.byText.get(text);
      if (same === undefined) index.byText.set(text, [test]);
      else same.push(test);
    }
  }
  return [...found.values()];
}
