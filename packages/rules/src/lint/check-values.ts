// What is wrong with the literals of the tests themselves, whatever stands around them.

import { nearestWord } from '@coldhunt/core';
import { NEVER, quote } from '../fields/value-predicate.ts';
import { ALLOWED_VALUES } from './allowed-values.ts';
import { eachLeaf } from './each-leaf.ts';
import { isTextual } from '../fields/field-type.ts';
import type { QueryLeaf, QueryPart, QueryValue, Report } from './query-part.ts';
import { strayAnchor, strayWildcard } from './stray-characters.ts';

export function checkValues(query: QueryPart, report: Report): void {
  const exact = exactValues(query);
  eachLeaf(query, (leaf) => {
    for (const value of leaf.values) {
      checkPossible(leaf, value, report);
      checkAllowed(leaf, value, { exact, report });
      checkCharacters(leaf, value, report);
    }
  });
}

/** By field, every value that some test asks for exactly: who writes a value in two ways means both. */
function exactValues(query: QueryPart): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  eachLeaf(query, ({ field, values }) => {
    if (field === null) return;
    const known = found.get(field.path.name) ?? new Set();
    found.set(field.path.name, known);
    for (const { form, text } of values) if (form === 'exact') known.add(text);
  });
  return found;
}

function checkPossible({ field }: QueryLeaf, value: QueryValue, report: Report): void {
  if (field === null || field.type.kind === 'unmapped' || field.type.kind === 'object') return;
  const { name, type } = field;
  if (isTextual(type) && value.form !== 'other' && value.form !== 'regexp' && value.fixedLength > type.ignoreAbove) {
    report(
      'cannot-hold',
      value.at,
      `${quote(value.text)} is ${value.fixedLength} characters long, and ${name} indexes no value longer than ${type.ignoreAbove}`,
    );
    return;
  }
  if (value.satisfies !== NEVER) return;
  const why =
    type.kind === 'long' || type.kind === 'integer'
      ? `${name} holds whole numbers of the type ${type.kind}`
      : type.kind === 'text' || type.kind === 'match_only_text'
        ? `${name} is compared word by word, and there is no word in it`
        : `${name} is of the type ${type.kind}`;
  report('cannot-hold', value.at, `no event can have ${quote(value.text)}: ${why}`);
}

interface AllowedContext {
  readonly exact: ReadonlyMap<string, ReadonlySet<string>>;
  readonly report: Report;
}

function checkAllowed({ field }: QueryLeaf, value: QueryValue, { exact, report }: AllowedContext): void {
  const name = field?.path.name ?? '';
  const allowed = ALLOWED_VALUES.get(name);
  if (allowed === undefined || value.form !== 'exact') return;
  const lower = value.text.toLowerCase();
  if (!allowed.values.includes(lower)) {
    const near = nearestWord(lower, allowed.values);
    // Names of older schemas stand beside those of today.
    const isAlternative = allowed.values.some((each) => exact.get(name)?.has(each));
    if (near === null && isAlternative) return;
    const expected = near === null ? `expected ${allowed.values.join(', ')}` : `did you mean ${near}?`;
    report('not-allowed', value.at, `ECS does not allow ${quote(value.text)} in ${name}: ${expected}`);
  } else if (lower !== value.text && !value.ignoreCase && exact.get(name)?.has(lower) !== true) {
    report(
      'wrong-case',
      value.at,
      `${name} is compared in its case, and ECS writes ${quote(lower)}, not ${quote(value.text)}`,
    );
  }
}

function checkCharacters({ field }: QueryLeaf, value: QueryValue, report: Report): void {
  const { form, text, at } = value;
  if (form === 'exact' && value.isPlainQuote && /\*|^\?:\\/.test(text)) {
    report('literal-wildcard', at, `* and ? in ${quote(text)} are characters like others here, no wildcards`);
  }
  if (form === 'pattern' && field?.type.kind === 'dynamic' && /(?:^|\.)ip$/i.test(field.name)) {
    report(
      'wildcard-on-ip',
      at,
      `${field.name} is probably mapped as ip, which knows no patterns: give an address or a network`,
    );
  }
  const anchor = form === 'regexp' ? strayAnchor(text) : null;
  if (anchor !== null)
    report('regex-anchor', at, `${anchor} is a character like others: the whole value must fit anyway; leave it out`);
  const stray = form === 'needle' ? strayWildcard(text) : null;
  if (stray !== null) report('needle-wildcard', at, stray);
}
