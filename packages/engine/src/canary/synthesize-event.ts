// A rule's clauses -> an event that it matches, made up. Each leaf is asked which of a few values satisfies it; alternatives are tried in
// turn until the whole rule matches. What a rule asks by arithmetic or by comparing fields may not be found: that is said, never guessed.

import { viewDocument, type Document, type DocumentValue, type Requirement } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';

type Clause = CompiledRule['clause'];
type Leaf = Extract<Clause, { kind: 'leaf' }>;
/** Field -> the values that it is given. */
type Given = ReadonlyMap<string, readonly DocumentValue[]>;

/** Alternatives of a clause, and whole events, that are tried at most. */
const MOST_ALTERNATIVES = 24;
const MOST_EVENTS = 400;
const NOTHING: Given = new Map();
const GUESSES: readonly DocumentValue[] = [
  'x',
  'a1',
  '1',
  1,
  0,
  4,
  65_536,
  true,
  false,
  '10.0.0.1',
  '203.0.113.7',
  '::1',
  '2026-01-01T00:00:00Z',
];

/** The event without its time; null: none was found. `fields`: what must have a value beside the query (terms). */
export function synthesizeEvent(rule: CompiledRule, timeMs: number, fields: readonly string[]): Document | null {
  const now = new Date(timeMs).toISOString();
  let tried = 0;
  for (const given of alternatives(rule.clause, true, timeMs)) {
    tried += 1;
    if (tried > MOST_EVENTS) return null;
    const event = toEvent(given, fields);
    const view = viewDocument({ '@timestamp': now, ...event });
    if (rule.matches(view, timeMs) && rule.exceptedBy(view, timeMs) === null) return event;
  }
  return null;
}

/** What makes a clause hold (or fail), the likeliest first. */
function* alternatives(clause: Clause, holds: boolean, nowMs: number): Generator<Given> {
  if (clause.kind === 'not') yield* alternatives(clause.of, !holds, nowMs);
  else if (clause.kind === 'leaf') yield* holds ? leafValues(clause, nowMs) : [NOTHING];
  else if (clause.kind === 'nested') yield* holds ? nestedValues(clause, nowMs) : [NOTHING];
  else if ((clause.kind === 'and') === holds) yield* together(clause.of, holds, nowMs);
  else {
    let left = MOST_ALTERNATIVES;
    for (const part of clause.of) {
      for (const given of alternatives(part, holds, nowMs)) {
        if (left === 0) return;
        left -= 1;
        yield given;
      }
    }
  }
}

/** All parts at once: the first alternative of each, then others of one part at a time. */
function* together(parts: readonly Clause[], holds: boolean, nowMs: number): Generator<Given> {
  const choices = parts.map((part) => take(alternatives(part, holds, nowMs), MOST_ALTERNATIVES));
  if (choices.some((choice) => choice.length === 0)) return;
  const first = choices.map((choice) => choice[0] ?? NOTHING);
  yield merge(first);
  for (const [at, choice] of choices.entries()) {
    for (const other of choice.slice(1)) yield merge(first.with(at, other));
  }
}

function* nestedValues(clause: Extract<Clause, { kind: 'nested' }>, nowMs: number): Generator<Given> {
  for (const inner of alternatives(clause.of, true, nowMs)) {
    const object = Object.fromEntries([...inner].map(([name, values]) => [name, single(values)]));
    yield new Map([[clause.fullPath.name, [object]]]);
  }
}

function* leafValues(leaf: Leaf, nowMs: number): Generator<Given> {
  const name = leaf.neededField ?? leaf.fieldName;
  if (name === null || name.includes('*')) return;
  const tried = new Set<DocumentValue>();
  for (const value of [...knownValues(leaf), ...GUESSES]) {
    if (tried.has(value)) continue;
    tried.add(value);
    if (leaf.matches(viewDocument(nested(name, value)), nowMs)) yield new Map([[name, [value]]]);
  }
}

/** The values that a leaf tells of itself. */
function* knownValues(leaf: Leaf): Generator<DocumentValue> {
  if (leaf.term !== null) yield leaf.term.text;
  yield* leaf.asks?.listed?.texts.slice(0, MOST_ALTERNATIVES) ?? [];
  const { texts, values, numbers } = partsOf(leaf.requirement);
  yield* values;
  // The literals of a pattern stand in it in this order, with anything between.
  for (const between of ['', 'x', '/', '\\', ' ', '.']) yield texts.join(between);
  for (const between of ['x', '.']) yield `x${between}${texts.join(between)}${between}x`;
  yield* texts;
  yield* numbers;
  yield* writtenTexts(leaf.text);
}

/** Patterns as they are written, with something in place of what may be anything. */
function* writtenTexts(text: string): Generator<string> {
  for (const [, quoted = ''] of text.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
    const plain = quoted.replaceAll(/\\(.)/g, '$1').replaceAll('?', 'C');
    for (const any of ['x', '', 'x/x', 'x\\x']) yield plain.replaceAll('*', any);
  }
}

interface Parts {
  readonly texts: string[];
  readonly values: string[];
  readonly numbers: number[];
}

function partsOf(requirement: Requirement, into: Parts = { texts: [], values: [], numbers: [] }): Parts {
  if (requirement.kind === 'leaf') {
    const [text] = requirement.literals;
    if (text !== undefined) into.texts.push(text.text);
    into.values.push(...(requirement.values ?? []).slice(0, MOST_ALTERNATIVES));
    const { min, max } = requirement.range ?? {};
    if (min !== undefined) into.numbers.push(min, min + 1);
    if (max !== undefined) into.numbers.push(max, max - 1);
    return into;
  }
  for (const part of requirement.of.slice(0, MOST_ALTERNATIVES)) partsOf(part, into);
  return into;
}

function merge(all: readonly Given[]): Given {
  const merged = new Map<string, DocumentValue[]>();
  for (const given of all) {
    for (const [name, values] of given) {
      const known = merged.get(name) ?? [];
      merged.set(name, [...known, ...values.filter((value) => !known.includes(value))]);
    }
  }
  return merged;
}

function toEvent(given: Given, fields: readonly string[]): Document {
  const event: Document = {};
  for (const [name, values] of given) put(event, name, single(values));
  for (const name of fields) if (!given.has(name)) put(event, name, 'canary');
  return event;
}

function nested(name: string, value: DocumentValue): Document {
  const event: Document = {};
  put(event, name, value);
  return event;
}

/** Under nested objects, as most writers do; a name that is taken by a value stands under its dotted key. */
function put(event: Document, name: string, value: DocumentValue): void {
  const keys = name.split('.');
  let at = event;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : (at[key] = {});
    if (next === null || typeof next !== 'object' || Array.isArray(next)) {
      event[name] = value;
      return;
    }
    at = next as Document;
  }
  at[keys.at(-1) ?? name] = value;
}

function single(values: readonly DocumentValue[]): DocumentValue {
  const [first = null] = values;
  return values.length === 1 ? first : [...values];
}

function take<T>(items: Iterable<T>, most: number): readonly T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === most) break;
    taken.push(item);
  }
  return taken;
}
