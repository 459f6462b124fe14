import { parseFieldPath, type LineLiteral, type Literal, type Requirement } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellString, spellings } from '../../test/spell-json.ts';
import { combineFilters, encodeLiterals } from './encode-literals.ts';

const leaf = (...texts: string[]): Requirement => ({
  kind: 'leaf',
  path: parseFieldPath('a.b'),
  literals: texts.map((text) => ({ text, ignoreCase: false })),
});
const all = (...of: Requirement[]): Requirement => ({ kind: 'all', of });
const any = (...of: Requirement[]): Requirement => ({ kind: 'any', of });

function runsOf(literals: readonly LineLiteral[] | null): string[] | null {
  if (literals === null) return null;
  return literals.map(({ bytes }) => Buffer.from(bytes).toString()).filter((text) => !text.startsWith('\\u00'));
}

/** Whether the filter would list a line: any literal stands in it. */
function isListed(line: string, literals: readonly LineLiteral[]): boolean {
  const bytes = Buffer.from(line);
  const folded = Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte)));
  return literals.some((literal) => (literal.ignoreCase ? folded : bytes).includes(literal.bytes));
}

describe('encodeLiterals', () => {
  it.each([
    ['takes the longest run of printable ASCII', leaf('C:\\tools\\mimikatz.exe'), ['mimikatz.exe']],
    ['takes the rarest clause', all(leaf('process'), leaf('send-command'), leaf('start')), ['send-command']],
    [
      'takes any of alternatives',
      leaf('AWS-RunShellScript', 'AWS-RunPowerShellScript'),
      ['AWS-RunShellScript', 'AWS-RunPowerShellScript'],
    ],
    ['joins alternatives of clauses', any(leaf('rundll32'), all(leaf('xyzzy'), leaf('start'))), ['rundll32', 'xyzzy']],
    ['prefers one rare literal to several', all(leaf('plugh1', 'plugh2'), leaf('xyzzy7')), ['xyzzy7']],
    ['leaves out what writers escape', leaf('<script>alert'), ['script']],
    ['cuts a very long literal', leaf('x'.repeat(100)), ['x'.repeat(32)]],
    ['has nothing for a short literal', leaf('ab'), null],
    ['has nothing for a text without ASCII', leaf('пример'), null],
    ['has nothing where one alternative has none', any(leaf('rundll32'), leaf('"')), null],
    ['has nothing where one alternative is unknown', any(leaf('rundll32'), leaf()), null],
    ['has nothing for no condition', all(), null],
    ['uses the other clause where one has none', all(leaf('"'), leaf('rundll32')), ['rundll32']],
  ])('%s', (_name, requirement, runs) => {
    expect(runsOf(encodeLiterals(requirement))).toEqual(runs);
  });

  it('joins the literals of several rules, and has none where one rule has none', () => {
    expect(runsOf(combineFilters([leaf('rundll32'), leaf('xyzzy')]))).toEqual(['rundll32', 'xyzzy']);
    expect(combineFilters([leaf('rundll32'), all()])).toBe(null);
    expect(combineFilters([])).not.toBe(null);
  });

  it('has none for many rules of which one asks for what most events hold', () => {
    const rare = Array.from({ length: 200 }, (_, number) => leaf(`implant-${number}.exe`));
    expect(combineFilters(rare)?.length).toBeGreaterThan(200);
    expect(combineFilters([...rare, leaf('process')])).toBe(null);
    expect(combineFilters([leaf('implant'), leaf('process')])).not.toBe(null);
  });

  it('does not take an escaped < or > or & of a Go writer for a hidden letter', () => {
    const literals = encodeLiterals(leaf('send-command'));
    expect(isListed('{"a":"x \\u003c y \\u003e z \\u0026 \\u0000 \\u001b"}', literals ?? [])).toBe(false);
  });

  it('lists every line whose event holds the literal, however it is spelled and wrapped', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abuU0-. /\\"<é\n'), minLength: 1, maxLength: 9 });
    const folding = fc.string({ unit: fc.constantFrom('k', 's', 'i', 'K', 'x', '7'), minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.record({ text: word, ignoreCase: fc.boolean() }),
          fc.record({ text: folding, ignoreCase: fc.constant(true) }),
        ),
        fc.infiniteStream(fc.nat(3)),
        word,
        fc.array(spellings, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('nested', 'dotted', 'array'),
        (literal: Literal, choices, other, layers, shape) => {
          const value = `${other}${literal.ignoreCase ? recase(literal.text, choices) : literal.text}${other}`;
          let line = wrapped(shape, value, layers[0] ?? []);
          for (const layer of layers.slice(1)) line = `{"message":${spellString(line, layer)}}`;
          const literals = encodeLiterals({ kind: 'leaf', path: parseFieldPath('a.b'), literals: [literal] });
          if (literals !== null) expect(isListed(line, literals)).toBe(true);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

/** Other spellings of a text that are the same without regard to case, also beyond ASCII. */
function recase(text: string, choices: Iterator<number>): string {
  const beyond: Readonly<Record<string, string>> = { k: '\u212a', s: '\u017f', i: '\u0130' };
  return [...text]
    .map((letter) => {
      const forms = [letter, letter.toLowerCase(), letter.toUpperCase(), beyond[letter.toLowerCase()] ?? letter];
      return forms[choices.next().value as number] ?? letter;
    })
    .join('');
}

function wrapped(
  shape: 'nested' | 'dotted' | 'array',
  value: string,
  layer: Parameters<typeof spellString>[1],
): string {
  const text = spellString(value, layer);
  if (shape === 'dotted') return `{"a.b" : ${text}}`;
  if (shape === 'array') return `{"a":[{"b":[1,${text}]}]}`;
  return `{ "a": {"b":${text}} }`;
}
