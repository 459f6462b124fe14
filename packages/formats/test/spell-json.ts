// Writes JSON in the many ways that writers do: escapes at random, white space, dotted keys, envelopes.

import fc from 'fast-check';

/** How one character of a string is written: as itself where JSON allows it, or escaped. */
type Spelling = 'plain' | 'lower' | 'upper' | 'short';

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The JSON string of a text, spelled as drawn; `spellings` is gone through again and again. */
export function spellString(text: string, spellings: readonly Spelling[]): string {
  const units = text.split('').map((unit, index) => spellUnit(unit, spellings[index % spellings.length] ?? 'plain'));
  return `"${units.join('')}"`;
}

function spellUnit(unit: string, spelling: Spelling): string {
  const short = SHORT[unit];
  const code = unit.charCodeAt(0);
  const mustEscape = unit === '"' || unit === '\\' || code < 0x20 || (code >= 0xd800 && code <= 0xdfff);
  if (short !== undefined && (spelling === 'short' || (mustEscape && spelling === 'plain'))) return short;
  if ((spelling === 'plain' || spelling === 'short') && !mustEscape) return unit;
  const hex = code.toString(16).padStart(4, '0');
  return `\\u${spelling === 'upper' ? hex.toUpperCase() : hex}`;
}

/** Draws how strings are spelled: mostly plain, as real writers do, sometimes wild. */
export const spellings: fc.Arbitrary<Spelling[]> = fc.oneof(
  fc.constant<Spelling[]>(['plain']),
  fc.array(fc.constantFrom<Spelling>('plain', 'plain', 'plain', 'lower', 'upper', 'short'), {
    minLength: 1,
    maxLength: 12,
  }),
);
