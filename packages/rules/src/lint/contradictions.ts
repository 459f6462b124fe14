// Tests that cannot hold together, and alternatives of which one always holds. Only what is certain of every event is told, whatever
// number of values it has: negations are pushed to the leaves, and each leaf is compared with those that must hold around it.

import type { Scalar } from '@coldhunt/core';
import { quote } from '../fields/value-predicate.ts';
import { isArray, isSingleValued } from './value-counts.ts';
import { eachLeaf } from './each-leaf.ts';
import { isTextual } from '../fields/field-type.ts';
import { areApart, isWithin } from './interval.ts';
import { excludes, listedValues, singlePath, type Literal } from './listed-values.ts';
import { coversPattern } from './pattern-cover.ts';
import type { QueryLeaf, QueryPart, QueryValue, Report } from './query-part.ts';

/** So many comparisons of tests on one field; a query that needs more is checked no further. */
const MOST_COMPARISONS = 1_000_000;
/** To ask a test of a value takes about so many times as long. */
const COST_OF_VALUE = 10;

/** What must hold in a part of the query: its own literals by field, and those around it. */
interface Scope {
  readonly outer: Scope | null;
  readonly byField: Map<string, Literal[]>;
  readonly byKey: Map<string, Literal>;
  /** By the path of a field with one value, also those that are no plain tests of a field. */
  readonly bySinglePath: Map<string, Literal[]>;
}

/** Whether the query as a whole can never hold. */
export function checkContradictions(query: QueryPart, report: Report): boolean {
  return new Checker(report).conjunction([[query, false]], null);
}

type Member = readonly [QueryPart, boolean];

/** A chain of which one part must hold, if it is an `or`, or one must fail, if it is a negated `and`. */
type Choice = Extract<QueryPart, { kind: 'and' | 'or' }>;

class Checker {
  readonly #report: Report;
  readonly #listedByLeaf = new Map<QueryLeaf, readonly Scalar[] | null>();
  #left = MOST_COMPARISONS;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Whether the members can never hold together; tells why, unless it is silent. */
  conjunction(members: readonly Member[], outer: Scope | null, isSilent = false): boolean {
    const scope: Scope = { outer, byField: new Map(), byKey: new Map(), bySinglePath: new Map() };
    let isImpossible = false;
    const choices: Choice[] = [];
    for (const [part, isNegated] of flatten(members, 'and')) {
      if (part.kind === 'leaf') {
        const conflict = this.#conflict({ leaf: part, isNegated }, scope);
        if (conflict !== null) {
          if (!isSilent) this.#report('contradiction', part.at, conflict);
          isImpossible = true;
        }
        add(scope, { leaf: part, isNegated });
      } else if (part.kind === 'nested') {
        const hasNone = this.conjunction([[part.of, false]], null, isSilent);
        isImpossible ||= hasNone && !isNegated;
      } else if (part.kind === 'and' || part.kind === 'or') choices.push(part);
    }
    if (!isImpossible && !isSilent) this.#checkLists(scope);
    for (const choice of choices) isImpossible = this.#disjunction(choice, scope, isSilent) || isImpossible;
    return isImpossible;
  }

  #disjunction(part: Choice, scope: Scope, isSilent: boolean): boolean {
    const isException = part.kind === 'and';
    const alternatives = flatten([[part, isException]], 'or');
    if (!isSilent) {
      this.#checkAlwaysHolds(alternatives);
      if (part.kind === 'or') this.#checkExclusions(part.of);
    }
    // `a and not (a and b)` is how exceptions are written: that one of their parts cannot fail is no mistake.
    const impossible = alternatives.filter((each) => this.#isImpossible(each, scope, isSilent || isException));
    const isImpossible = impossible.length === alternatives.length && alternatives.length > 0;
    const first = isImpossible && isException && !isSilent ? firstLeaf(part) : null;
    if (first !== null)
      this.#report(
        'contradiction',
        first.at,
        'all of this exception holds for every event that is left: nothing can match',
      );
    return isImpossible;
  }

  /** One alternative. A test alone needs no scope of its own: lists of values may be long. */
  #isImpossible(alternative: Member, scope: Scope, isSilent: boolean): boolean {
    const [leaf, isNegated] = alternative;
    if (leaf.kind !== 'leaf') return this.conjunction([alternative], scope, isSilent);
    const conflict = this.#conflict({ leaf, isNegated }, scope);
    if (conflict !== null && !isSilent) this.#report('contradiction', leaf.at, conflict);
    return conflict !== null;
  }

  /** Values of a list that an exclusion beside it takes away again. */
  #checkLists(scope: Scope): void {
    for (const literals of scope.byField.values()) {
      for (const { leaf, isNegated } of literals) {
        const texts = isNegated ? null : exactTexts(leaf);
        if (texts === null || texts.length < 2) continue;
        for (const value of texts) {
          const excluded = this.#exclusionOf(value, leaf, scope);
          if (excluded !== null)
            this.#report('contradiction', value.at, `${quote(value.text)} can never be it beside ${said(excluded)}`);
        }
      }
    }
  }

  #exclusionOf(value: QueryValue, { field }: QueryLeaf, scope: Scope): Literal | null {
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      for (const other of at.byField.get(field?.name ?? '') ?? []) {
        this.#left -= 1;
        if (this.#left < 0) return null;
        if (other.isNegated && other.leaf.values.some((each) => covers(each, value))) return other;
      }
    }
    return null;
  }

  /** Why the literal cannot hold beside what must hold. */
  #conflict(literal: Literal, scope: Scope): string | null {
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      const same = at.byKey.get(literal.leaf.key);
      if (same !== undefined && same.isNegated !== literal.isNegated)
        return `${said(literal)} can never hold beside ${said(same)}`;
      for (const other of at.byField.get(literal.leaf.field?.name ?? '') ?? []) {
        this.#left -= 1;
        if (this.#left < 0) return null;
        if (areExclusive(literal, other)) return `${said(literal)} can never hold beside ${said(other)}`;
      }
    }
    return this.#noneLeft(literal, scope);
  }

  /** Why no value is left of those that one of the tests on the same field lists. */
  #noneLeft(literal: Literal, scope: Scope): string | null {
    const path = singlePath(literal.leaf);
    if (path === null) return null;
    const around: Literal[] = [];
    for (let at: Scope | null = scope; at !== null; at = at.outer) around.push(...(at.bySinglePath.get(path) ?? []));
    this.#left -= around.length;
    if (around.length === 0 || this.#left < 0) return null;
    const isList = (each: Literal): boolean => this.#listed(each) !== null;
    const all = [...around, literal];
    const list = all.find((each) => each.leaf.alone?.mindsCase && isList(each)) ?? all.find(isList);
    if (list === undefined) return null;
    const values = this.#listed(list) ?? [];
    this.#left -= values.length * (around.length + 1) * COST_OF_VALUE;
    if (this.#left < 0) return null;
    const others = around.filter((each) => each !== list);
    const left = values.filter((value) => !others.some((other) => excludes(other, value, list)));
    if (list === literal) {
      if (left.length > 0) return null;
      const only = others.find((other) => values.every((value) => excludes(other, value, list)));
      return `${said(literal)} can never hold beside ${only === undefined ? `the other tests on ${path}` : said(only)}`;
    }
    // Where none was left before, it was told there.
    if (left.length === 0 || !left.every((value) => excludes(literal, value, list))) return null;
    return left.length === values.length
      ? `${said(literal)} can never hold beside ${said(list)}`
      : `${said(literal)} leaves none of the values that ${said(list)} lists`;
  }

  #listed(literal: Literal): readonly Scalar[] | null {
    if (literal.isNegated) return null;
    const known = this.#listedByLeaf.get(literal.leaf);
    if (known !== undefined) return known;
    const found = listedValues(literal.leaf);
    this.#listedByLeaf.set(literal.leaf, found);
    return found;
  }

  #checkAlwaysHolds(alternatives: readonly Member[]): void {
    const seen = new Map<string, Literal>();
    for (const [leaf, isNegated] of alternatives) {
      if (leaf.kind !== 'leaf') continue;
      const same = seen.get(leaf.key);
      if (same !== undefined && same.isNegated !== isNegated) {
        const literal = { leaf, isNegated };
        this.#report('always-holds', leaf.at, `one of ${said(same)} and ${said(literal)} holds for every event`);
      }
      seen.set(leaf.key, { leaf, isNegated });
    }
  }

  /** `a != 1 or a != 2`, as it is written: `not (a == 1 and a == 2)` is what is meant where a field has several values. */
  #checkExclusions(alternatives: readonly QueryPart[]): void {
    const excluded = new Map<string, QueryLeaf>();
    for (const part of alternatives) {
      if (part.kind !== 'not' || part.of.kind !== 'leaf') continue;
      const leaf = part.of;
      const name = leaf.field?.name ?? '';
      if ((exactTexts(leaf) === null && !isOneNumber(leaf)) || isArray(name)) continue;
      const other = excluded.get(name);
      if (other !== undefined && areDisjoint(leaf, other)) {
        const [before, here] = [other, leaf].map((each) => said({ leaf: each, isNegated: true }));
        const message = `one of ${before} and ${here} holds for every event with one value: write "and" between them`;
        this.#report('always-holds', leaf.at, message);
      }
      excluded.set(name, leaf);
    }
  }
}

/** The members of a chain and of the chains in it; the negation of an `or` is an `and`. */
function flatten(members: readonly Member[], kind: 'and' | 'or'): readonly Member[] {
  return members.flatMap(([part, isNegated]): readonly Member[] => {
    if (part.kind === 'not') return flatten([[part.of, !isNegated]], kind);
    const isChain = part.kind === 'and' || part.kind === 'or';
    if (!isChain || (part.kind === kind) === isNegated) return [[part, isNegated]];
    return flatten(
      part.of.map((child) => [child, isNegated] as const),
      kind,
    );
  });
}

function firstLeaf(part: QueryPart): QueryLeaf | null {
  let first: QueryLeaf | null = null;
  eachLeaf(part, (leaf) => (first ??= leaf));
  return first;
}

function add({ byField, byKey, bySinglePath }: Scope, literal: Literal): void {
  byKey.set(literal.leaf.key, literal);
  addTo(byField, literal.leaf.field?.name ?? null, literal);
  addTo(bySinglePath, singlePath(literal.leaf), literal);
}

function addTo(lists: Map<string, Literal[]>, name: string | null, literal: Literal): void {
  if (name === null) return;
  const same = lists.get(name);
  if (same === undefined) lists.set(name, [literal]);
  else same.push(literal);
}

function areExclusive(a: Literal, b: Literal): boolean {
  if (!a.isNegated && !b.isNegated) {
    return isSingleValued(a.leaf.field?.path.name ?? '') && areDisjoint(a.leaf, b.leaf);
  }
  if (a.isNegated && b.isNegated) return false;
  const [held, failed] = a.isNegated ? [b.leaf, a.leaf] : [a.leaf, b.leaf];
  return failed.isExistence || isCovered(held, failed);
}

/** Whether every value that satisfies the one satisfies the other. */
function isCovered(held: QueryLeaf, failed: QueryLeaf): boolean {
  if (held.interval !== null && failed.interval !== null) return isWithin(held.interval, failed.interval);
  if (held.field === null || held.isExistence || held.values.length === 0 || !isTextual(held.field.type)) return false;
  return held.values.every((value) => failed.values.some((other) => covers(other, value)));
}

function covers(other: QueryValue, value: QueryValue): boolean {
  if (other.satisfies === null || (value.ignoreCase && !other.ignoreCase)) return false;
  if (value.form === 'exact') return other.satisfies(value.text, 0);
  return value.tokens !== null && other.tokens !== null && coversPattern(other.tokens, value.tokens, other.ignoreCase);
}

/** The values of which an event must have one; null: others satisfy the test too. */
function exactTexts({ field, values, isExistence }: QueryLeaf): readonly QueryValue[] | null {
  if (field === null || isExistence || values.length === 0 || !isTextual(field.type)) return null;
  return values.every(({ form }) => form === 'exact') ? values : null;
}

function areDisjoint(a: QueryLeaf, b: QueryLeaf): boolean {
  if (a.interval !== null && b.interval !== null) return areApart(a.interval, b.interval);
  const [texts, others] = [exactTexts(a), exactTexts(b)];
  if (texts === null || others === null) return false;
  const wanted = new Set(texts.map(({ text }) => text.toLowerCase()));
  return others.every(({ text }) => !wanted.has(text.toLowerCase()));
}

function isOneNumber({ interval }: QueryLeaf): boolean {
  return interval !== null && interval.min === interval.max;
}

function said({ leaf, isNegated }: Literal): string {
  const text = quote(leaf.text).slice(1, -1);
  return isNegated ? `not ${text}` : text;
}
