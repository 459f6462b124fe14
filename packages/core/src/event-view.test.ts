import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { viewDocument } from './event-view.ts';
import { parseFieldPath } from './field-path.ts';
import { createFieldTable } from './field-table.ts';
import { parseDocument } from './parse-document.ts';
import type { Document } from './scalar.ts';

const values = (document: Document, name: string): unknown[] => [
  ...viewDocument(document).values(parseFieldPath(name)),
];

describe('the event model', () => {
  it.each([
    ['nested objects', { a: { b: 'x' } }, 'a.b', ['x']],
    ['dotted keys', { 'a.b': 'x' }, 'a.b', ['x']],
    ['a dotted key inside an object', { a: { 'b.c': 1 } }, 'a.b.c', [1]],
    ['a dotted key in front of an object', { 'a.b': { c: 1 } }, 'a.b.c', [1]],
    ['both spellings at once', { a: { b: 'x' }, 'a.b': 'y' }, 'a.b', ['x', 'y']],
    ['arrays', { a: ['x', ['y', null], 'z'] }, 'a', ['x', 'y', 'z']],
    [
      'arrays of objects',
      {
        p: [
          { a: 1, b: 2 },
          { a: 3, b: 4 },
        ],
      },
      'p.a',
      [1, 3],
    ],
    ['null and missing', { a: null, b: [null], c: [] }, 'a', []],
    ['an object where a value is asked for', { a: { b: 'x' } }, 'a', []],
    ['falsy values', { a: ['', 0, false] }, 'a', ['', 0, false]],
    ['names of Object.prototype', { a: 1 }, 'constructor', []],
  ] as const)('reads %s', (_name, document, path, expected) => {
    expect(values(document as unknown as Document, path)).toEqual(expected);
  });

  it('reads own keys that are named like prototype members', () => {
    expect(values(parseDocument('{"__proto__":{"x":1},"constructor":"c"}'), '__proto__.x')).toEqual([1]);
  });

  it('gives the objects of a path, and their fields relative to it', () => {
    const objects = viewDocument({ 'a.b': [{ c: 1 }, { c: 2 }], a: { b: { c: 3 } } }).objects(parseFieldPath('a.b'));
    expect(new Set(objects.flatMap((view) => [...view.values(parseFieldPath('c'))]))).toEqual(new Set([1, 2, 3]));
  });

  it('finds nothing at a name that is deeper than any mapping, in no time and memory', () => {
    const deep = Array.from({ length: 100_000 }, () => 'a').join('.');
    const view = viewDocument({ [deep]: 1, a: { b: 2 } });
    expect(view.values(parseFieldPath(deep))).toEqual([]);
    expect(view.paths()).toEqual(['a.b', deep].toSorted());
    const most = Array.from({ length: 64 }, () => 'a').join('.');
    expect(viewDocument({ [most]: 1 }).values(parseFieldPath(most))).toEqual([1]);
  });

  it('lists the paths that have a value', () => {
    expect(viewDocument({ b: 1, a: { c: [null, 'x'], d: null, e: [] }, 'f.g': true }).paths()).toEqual([
      'a.c',
      'b',
      'f.g',
    ]);
  });

  it('finds every value at every path that it lists, however the keys are spelled, also those of many fields at once', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const key = fc.constantFrom('a', 'b', 'a.b', 'b.a', 'c');
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, node, { maxKeys: 4 }), (document) => {
        const view = viewDocument(document as Document);
        for (const path of view.paths()) expect(view.values(parseFieldPath(path)).length).toBeGreaterThan(0);
        const table = createFieldTable(['a', 'a.b', 'b.a.b', 'b', 'c.a', 'a.b', 'd'].map(parseFieldPath));
        const gathered = table.paths.map((): unknown[] => []);
        view.gather(table, (number, value) => gathered[number]?.push(value));
        const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
        for (const [number, path] of table.paths.entries()) {
          expect(gathered[number]?.toSorted(byText)).toEqual(view.values(path).toSorted(byText));
        }
      }),
      { numRuns: 300 },
    );
  });
});
