import { parseFieldPath, type LineLiteral, type LineQuery, type Literal, type Requirement } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellString, spellings } from '../../test/spell-json.ts';
import { encodeLineQuery, searchOutlook } from './encode-line-query.ts';

const PATH = parseFieldPath('a.b');
const leaf = (...texts: string[]): Requirement => ({
  kind: 'leaf',
  path: PATH,
  literals: texts.map((text) => ({ text, ignoreCase: false })),
});
const all = (...of: Requirement[]): Requirement => ({ kind: 'all', of });
const any = (...of: Requirement[]): Requirement => ({ kind: 'any', of });

/** The sets of each condition, as text. */
function setsOf(query: LineQuery | null): string[][][] | null {
  return (
    query?.conditions.map((sets) => sets.map((set) => set.map(({ bytes }) => Buffer.from(bytes).toString()))) ?? null
  );
}

/** Whether the filter would list a line. */
function isListed(line: string, query: LineQuery | null): boolean {
  if (query === null) return true;
  const bytes = Buffer.from(line);
  const folded = Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte)));
  const holdsAny = (set: readonly LineLiteral[]): boolean =>
    set.some((literal) => (literal.ignoreCase ? folded : bytes).includes(literal.bytes));
  return holdsAny(query.literals) || query.conditions.some((sets) => sets.every(holdsAny));
}

describe('encodeLineQuery', () => {
  it.each([
    ['takes the longest run of printable ASCII', leaf('C:\\tools\\mimikatz.exe'), [[['mimikatz.exe']]]],
    ['takes the rarest clause', all(leaf('process'), leaf('send-command'), leaf('start')), [[['send-command']]]],
    [
      'takes any of alternatives',
      leaf('AWS-RunShellScript', 'AWS-RunPowerShellScript'),
      [[['AWS-RunShellScript', 'AWS-RunPowerShellScript']]],
    ],
    [
      'takes alternatives of clauses each for itself',
      any(leaf('rundll32'), all(leaf('xyzzy'), leaf('start'))),
      [[['rundll32']], [['xyzzy']]],
    ],
    [
      'wants the other rare clauses too, the rarest first',
      all(leaf('plugh1', 'plugh2'), leaf('xyzzy7'), leaf('process')),
      [[['xyzzy7'], ['plugh1', 'plugh2']]],
    ],
    [
      'joins alternatives within a clause',
      all(leaf('longest-of-all'), any(leaf('plugh1'), all(leaf('xyzzy7'), leaf('start')))),
      [[['longest-of-all'], ['plugh1', 'xyzzy7']]],
    ],
    ['leaves out what writers escape', leaf('<script>alert'), [[['script']]]],
    ['cuts a very long literal', leaf('x'.repeat(100)), [[['x'.repeat(32)]]]],
    ['has nothing for a short literal', leaf('ab'), null],
    ['has nothing for a text without ASCII', leaf('пример'), null],
    ['has nothing where one alternative has none', any(leaf('rundll32'), leaf('"')), null],
    ['has nothing where one alternative is unknown', any(leaf('rundll32'), leaf()), null],
    ['has nothing for no condition', all(), null],
    ['uses the other clause where one has none', all(leaf('"'), leaf('rundll32')), [[['rundll32']]]],
  ])('%s', (_name, requirement, sets) => {
    expect(setsOf(encodeLineQuery([requirement]))).toEqual(sets);
  });

  it('has a condition for each of several rules, and nothing where one rule has none', () => {
    expect(setsOf(encodeLineQuery([leaf('rundll32'), leaf('xyzzy')]))).toEqual([[['rundll32']], [['xyzzy']]]);
    expect(encodeLineQuery([leaf('rundll32'), all()])).toBe(null);
    expect(setsOf(encodeLineQuery([]))).toEqual([]);
  });

  it('has none for many rules of which one asks for what most events hold', () => {
    const rare = Array.from({ length: 200 }, (_, number) => leaf(`implant-${number}.exe`));
    expect(encodeLineQuery(rare)?.conditions).toHaveLength(200);
    expect(encodeLineQuery([...rare, leaf('process')])).toBe(null);
    expect(encodeLineQuery([leaf('implant'), leaf('process')])).not.toBe(null);
  });

  it.each([
    ['rare', leaf('rundll32')],
    ['rare', all(leaf('process'), leaf('rundll32'))],
    ['common', leaf('process')],
    ['common', any(leaf('rundll32'), leaf('process'))],
    ['not', leaf('ab')],
    ['not', all()],
  ] as const)('says that a search is worth %s for a rule of its own', (outlook, requirement) => {
    expect(searchOutlook(requirement)).toBe(outlook);
  });

  it('does not take an escaped < or > or & of a Go writer for a hidden letter', () => {
    const query = encodeLineQuery([leaf('send-command')]);
    expect(isListed('{"a":"x \\u003c y \\u003e z \\u0026 \\u0000 \\u001b"}', query)).toBe(false);
  });

  it('lists every line whose event holds all literals, however they are spelled and wrapped', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abuU0-. /\\"<é\n'), minLength: 1, maxLength: 9 });
    const folding = fc.string({ unit: fc.constantFrom('k', 's', 'i', 'K', 'x', '7'), minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ text: word, ignoreCase: fc.boolean() }),
            fc.record({ text: folding, ignoreCase: fc.constant(true) }),
          ),
          { minLength: 1, maxLength: 3 },
        ),
        fc.infiniteStream(fc.nat(3)),
        word,
        fc.array(spellings, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('nested', 'dotted', 'array'),
        (literals: readonly Literal[], choices, other, layers, shape) => {
          const texts = literals.map(({ text, ignoreCase }) => (ignoreCase ? recase(text, choices) : text));
          const value = ['', ...texts, ''].join(other);
          let line = wrapped(shape, value, layers[0] ?? []);
          for (const layer of layers.slice(1)) line = `{"message":${spellString(line, layer)}}`;
          const leaves = literals.map((literal): Requirement => ({ kind: 'leaf', path: PATH, literals: [literal] }));
          const query = encodeLineQuery([all(...leaves)]);
          expect(isListed(line, query)).toBe(true);
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
