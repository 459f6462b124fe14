// What is legal KQL and reads like another language: operators that KQL does not have become part of a value, or free text that is looked
// for in every field, and a star in quotes is a character. Nothing of it changes an answer; it is told.

import type { TextPosition } from '../text-position.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { quote } from '../fields/value-predicate.ts';
import { isSpace } from './kql-scanner.ts';
import { valueText, type KqlField, type KqlNode, type KqlValue } from './kql-tree.ts';
import { objectDoubts } from './object-doubts.ts';

export interface KqlDoubt {
  /** `not-kql`: it is written as in another language; `literal-wildcard`: a star in quotes; `object-field`: an object asked for a value. */
  readonly kind: 'not-kql' | 'literal-wildcard' | 'object-field';
  readonly at: TextPosition;
  readonly message: string;
}

/**
 * In the order of their places, each place once, of the stars in quotes the first with the number of the others. `text`: what was parsed;
 * `types`: what is known of fields.
 */
export function kqlDoubts(node: KqlNode, text: string, types: FieldTypes): readonly KqlDoubt[] {
  const found = new Map<number, KqlDoubt>();
  const tell: Tell = (doubt) => {
    if (!found.has(doubt.at.offset)) found.set(doubt.at.offset, doubt);
  };
  collect(node, text, tell);
  for (const { at, message } of objectDoubts(node, types)) tell({ kind: 'object-field', at, message });
  const doubts = [...found.values()].toSorted((a, b) => a.at.offset - b.at.offset);
  const stars = doubts.filter(({ kind }) => kind === 'literal-wildcard');
  const [first] = stars;
  if (first === undefined || stars.length === 1) return doubts;
  const joined = { ...first, message: `${first.message} (and ${stars.length - 1} more in this query)` };
  return doubts.flatMap((each) => (each === first ? [joined] : each.kind === 'literal-wildcard' ? [] : [each]));
}

type Tell = (doubt: KqlDoubt) => void;

function collect(node: KqlNode, text: string, tell: Tell): void {
  // A stack of our own: a tree may be as deep as the parser allows.
  const left: KqlNode[] = [node];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (each.kind === 'not' || each.kind === 'nested') left.push(each.of);
    else if (each.kind === 'and' || each.kind === 'or') for (const child of each.of) left.push(child);
    else {
      if (each.field !== null) checkField(each.field, tell);
      if (each.field === null) checkFreeText(each.value, tell);
      else if (each.kind === 'is') checkValue({ value: each.value, field: each.field, text, tell });
    }
  }
}

function checkField(field: KqlField, tell: Tell): void {
  if (isQuoted(field)) return;
  const name = valueText(field);
  const say = (message: string): void => tell({ kind: 'not-kql', at: field.at, message });
  if (name === '_exists_') say('_exists_ is a field name here: write "name: *" for an event that has the field');
  else if (name.startsWith('!')) say(`! is part of the field name here: write not ${shown(name.slice(1))}: …`);
  else if (/^[+-][\w@]/.test(name))
    say(`${name.charAt(0)} is part of the field name here: write "and" or "not" before a clause`);
}

function checkFreeText(value: KqlValue, tell: Tell): void {
  if (isQuoted(value)) return;
  const given = valueText(value);
  const hint = freeTextHint(given);
  const message =
    hint === null ? oddSpelling(given) : `${quote(given)} is free text, looked for in every field: ${hint}`;
  if (message !== null) tell({ kind: 'not-kql', at: value.at, message });
}

function freeTextHint(given: string): string | null {
  const operator = booleanSign(given);
  if (operator !== null) return `write "${operator}" between clauses`;
  const [, name = '', sign = '', rest = ''] = /^([\w.@-]+?)\s*(!?={1,3})\s*(.*)$/s.exec(given) ?? [];
  if (sign !== '') return `write ${sign.startsWith('!') ? 'not ' : ''}${name}: ${shown(rest)}`;
  if (/^\w+\s+where\s/i.test(given)) return 'if it is meant as EQL, it is no KQL';
  if (given.startsWith('!')) return `write not ${shown(given.slice(1))}`;
  const [, field = '', word = ''] = /^([a-z@_][\w@]*(?:\.\w+)+)\s+(\S.*)$/is.exec(given) ?? [];
  return field === '' ? null : `write ${field}: ${shown(word)} for a field and its value`;
}

interface CheckedValue {
  readonly value: KqlValue;
  readonly field: KqlField;
  readonly text: string;
  readonly tell: Tell;
}

function checkValue({ value, field, text, tell }: CheckedValue): void {
  const given = valueText(value);
  if (!isQuoted(value)) {
    const message = valueDoubt(given, { name: valueText(field), isListed: isListed(value, text) });
    if (message !== null) tell({ kind: 'not-kql', at: value.at, message });
  } else if (given.includes('*')) {
    const message = `* in ${quote(given)} is a character like others: leave the quotes away for a wildcard`;
    tell({ kind: 'literal-wildcard', at: value.at, message });
  }
}

function valueDoubt(
  given: string,
  { name, isListed: isInList }: { readonly name: string; readonly isListed: boolean },
): string | null {
  const operator = booleanSign(given);
  if (operator !== null)
    return `${operator === 'and' ? '&&' : '||'} is part of the value here: write "${operator}" between clauses`;
  const [, rest] = /^={1,3}\s*(\S.*)$/s.exec(given) ?? [];
  if (rest !== undefined) return `= is part of the value here: write ${name}: ${shown(rest)}`;
  if (isInList && isWordList(given))
    return `${quote(given)} is one value here: write "or" between several, and quotes around one`;
  return oddSpelling(given);
}

/** Which operator `&&` or `||` between white space stands for. */
function booleanSign(given: string): 'and' | 'or' | null {
  const [, sign] = /\s(&&|\|\|)(?:\s|$)/.exec(given) ?? [];
  return sign === undefined ? null : sign === '&&' ? 'and' : 'or';
}

/** What is as odd in a value as in free text. */
function oddSpelling(given: string): string | null {
  if (given.length > 1 && given.startsWith("'") && given.endsWith("'"))
    return `single quotes are part of the value here: write "${shown(given.slice(1, -1))}"`;
  if (TYPOGRAPHIC.test(given.charAt(0)) && TYPOGRAPHIC.test(given.slice(1).at(-1) ?? ''))
    return `typographic quotes are part of the value here: write "${shown(given.slice(1, -1))}"`;
  if (given.length > 2 && given.startsWith('/') && given.endsWith('/') && /[[|]|\.[*+]|\\[dws]/.test(given))
    return `KQL has no regular expressions: the slashes of ${quote(given)} are characters, and * is the only wildcard`;
  const [, keyword] = /\s(and|or|not)$/i.exec(given) ?? [];
  return keyword === undefined ? null : `"${keyword}" at the end is part of the value: something is missing after it`;
}

const TYPOGRAPHIC = /^[\u201c-\u201f\u2018-\u201b\u00ab\u00bb]$/u;

function shown(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? '…' : trimmed.length > LONGEST_SHOWN ? `${trimmed.slice(0, LONGEST_SHOWN)}…` : trimmed;
}

const LONGEST_SHOWN = 60;

/** Two or more words without an operator; a path or a sentence with punctuation is meant as it is. */
function isWordList(given: string): boolean {
  const words = given.split(/\s+/);
  return words.length > 1 && words.every((word) => /^[\w.-]+\*?$/.test(word));
}

/** Whether it stands right after a parenthesis: `a: (b c)` is a list whose "or" was forgotten, `a: b c` may be meant. */
function isListed({ at }: KqlValue, text: string): boolean {
  let before = at.offset - 1;
  while (before >= 0 && isSpace(text[before] as string)) before -= 1;
  return text[before] === '(';
}

function isQuoted(value: KqlValue): boolean {
  return value.kind === 'text' && value.isQuoted;
}
