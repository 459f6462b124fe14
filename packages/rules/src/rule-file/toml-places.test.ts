import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, it } from 'vitest';
import { createTomlPlaces } from './toml-places.ts';

/** A value, and how each of its characters is written. */
interface Spelled {
  readonly characters: readonly string[];
  readonly spellings: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t' };
const hex = (character: string, length: number): string =>
  (character.codePointAt(0) ?? 0).toString(16).padStart(length, '0');

const spelled: fc.Arbitrary<Spelled> = fc
  .array(fc.tuple(fc.constantFrom(...'ab ,]}={#:."\\\n\té\u{1f600}'), fc.nat(3)), { maxLength: 12 })
  .map((letters) => ({
    characters: letters.map(([character]) => character),
    spellings: letters.map(([character, way]) => {
      if (way === 1) return `\\U${hex(character, 8)}`;
      if (way === 2 && character.length === 1) return `\\u${hex(character, 4)}`;
      return ESCAPES[character] ?? character;
    }),
  }));

/** Layouts of the same rule around the string; `%` stands for it. */
const LAYOUTS = [
  '[rule]\nname = "}"\nquery = "%"\nother = 1\n',
  '# "\n[ rule ]\n  query="%" # end\n',
  'rule = { name = "x", threat = [{ a = "]" }, [1, 2]], query = "%", n = 1.5 }\n',
  'rule.name = "x"\nrule."query" = "%"\n',
  'metadata = { a = [1, { query = "no" }] }\nrule.\'query\' = "%"\n',
  '[rule]\nname = \'\'\'\nquery = "no"\n\'\'\'\nquery = """\n%"""\n[rule.new_terms]\nquery = "no"\n',
  '[[rule.threat]]\nquery = "no"\n[rule]\nquery = """%"""\n',
];

it('finds every character of a string, however the file is laid out and the string is written', () => {
  fc.assert(
    fc.property(spelled, fc.constantFrom(...LAYOUTS), ({ characters, spellings }, layout) => {
      const [before = '', after = ''] = layout.split('%');
      const text = before + spellings.join('') + after;
      const value = characters.join('');
      expect((parse(text) as { rule: { query: string } }).rule.query).toBe(value);
      const places = createTomlPlaces(text);
      let [offset, at] = [0, before.length];
      for (const [index, spelling] of [...spellings, ''].entries()) {
        const lines = text.slice(0, at).split('\n');
        expect(places.placeIn('query', value, offset)).toEqual({
          line: lines.length,
          column: (lines.at(-1)?.length ?? 0) + 1,
        });
        offset += characters[index]?.length ?? 0;
        at += spelling.length;
      }
    }),
    { numRuns: 500 },
  );
});

it('skips the escaped end of a line, and takes up to two quotes before the last three', () => {
  const text = '[rule]\nquery = """a\\\n   b"""""\n';
  const places = createTomlPlaces(text);
  const value = 'ab""';
  expect([0, 1, 2, 3].map((offset) => places.placeIn('query', value, offset))).toEqual([
    { line: 2, column: 12 },
    { line: 3, column: 4 },
    { line: 3, column: 5 },
    { line: 3, column: 6 },
  ]);
  expect(places.placeIn('query', 'another', 0)).toBe(null);
  expect(places.placeIn('absent', '', 0)).toBe(null);
});

it('never stands still at a text that is no TOML', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a="\'[]{}.,#\n\\ '), maxLength: 40 }), (text) => {
      expect(createTomlPlaces(text).placeOf('never')?.line ?? 1).toBeGreaterThan(0);
    }),
    { numRuns: 1_000 },
  );
});
