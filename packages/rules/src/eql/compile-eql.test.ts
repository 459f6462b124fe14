import { describe, expect, it } from 'vitest';
import { viewDocument, type Document } from '@coldhunt/core';
import type { Clause, LeafClause } from '../clauses/clause.ts';
import { requiredLiterals } from '../clauses/required-literals.ts';
import { createFieldTypes } from '../fields/field-types.ts';
import { compileKql } from '../kql/compile-kql.ts';
import { parseKql } from '../kql/parse-kql.ts';
import { compileEql, type CompiledEql, type CompileEqlOptions } from './compile-eql.ts';
import { parseEql } from './parse-eql.ts';

const TYPES = createFieldTypes();

function compile(query: string, options: CompileEqlOptions = {}): CompiledEql {
  const statement = parseEql(query);
  if (statement.kind !== 'event') throw new Error('no event query');
  return compileEql(statement, TYPES, options);
}

function leavesOf(clause: Clause): readonly LeafClause[] {
  switch (clause.kind) {
    case 'leaf':
      return [clause];
    case 'and':
    case 'or':
      return clause.of.flatMap((part) => leavesOf(part));
    default:
      return leavesOf(clause.of);
  }
}

const keysOf = (query: string): readonly string[] => leavesOf(compile(query).clause).map(({ key }) => key);

describe('the key of a leaf', () => {
  it.each([
    ['process.name == "a"', 'process.name in ("a")'],
    ['process.name == "a"', 'process.name like "a"'],
    ['process.name == "a"', 'process.name != "a"'],
    ['process.name == "a"', 'process.name regex "a"'],
    ['process.name : ("a", "b")', 'process.name in~ ("b", "a")'],
    ['process.name : "a*"', 'startsWith~(process.name, "a")'],
    ['process.name != null', 'process.name : "*"'],
    ['process.pid > 4', '4 < process.pid'],
  ])('is that of %s for %s', (a, b) => {
    expect(keysOf(`any where ${a}`)).toEqual(keysOf(`any where ${b}`));
  });

  it.each([
    ['process.name == "a"', 'process.name == "b"'],
    ['process.name == "a"', 'process.name : "a"'],
    ['process.name == "a"', 'process.parent.name == "a"'],
    ['process.name like "a*"', 'process.name : "a*"'],
    ['process.pid > 4', 'process.pid >= 4'],
    ['length(process.name) > 4', 'length(process.parent.name) > 4'],
  ])('is not that of %s for %s', (a, b) => {
    expect(keysOf(`any where ${a}`)).not.toEqual(keysOf(`any where ${b}`));
  });

  it('is the same in KQL', () => {
    const kql = leavesOf(compileKql(parseKql('host.os.type: windows and process.pid > 4'), TYPES).clause);
    expect(keysOf('any where host.os.type == "windows" and process.pid > 4')).toEqual(kql.map(({ key }) => key));
  });
});

describe('what a query requires', () => {
  it('are its literals, of lists any', () => {
    const { requirement } = compile(
      'process where process.name in ("cmd.exe", "sh") and process.args like "*-enc?abc*" and not user.id == "x"',
    );
    expect(requiredLiterals(requirement)).toEqual([['process'], ['cmd.exe', 'sh'], ['-enc'], ['abc']]);
  });

  it('are texts without case where letters of both cases fit', () => {
    const { requirement } = compile(
      'any where process.name : ("Kik.exe", "Äb*") and process.args regex~ "x(yz|zy)abc"',
    );
    const parts = requirement.kind === 'all' ? requirement.of : [requirement];
    const literals = parts.map((part) => (part.kind === 'leaf' ? part.literals : []));
    expect(literals.flat().every(({ ignoreCase }) => ignoreCase)).toBe(true);
    expect(literals.map((any) => any.map(({ text }) => text))).toEqual([
      ['kik.exe', 'b'],
      ['x'],
      ['yz', 'zy'],
      ['abc'],
    ]);
  });

  it('are the fields that must have a value', () => {
    const { neededFields } = compile(
      'process where length(process.name) > 3 and not process.args : "x" and (user.id == "a" or user.name : "b") and dll.name == null',
    );
    expect(neededFields).toEqual([['event.category'], ['process.name'], ['user.id', 'user.name']]);
  });
});

describe('a field that nothing knows', () => {
  it('is an error, unless a sample knows it, or a warning is asked for', () => {
    const query = 'any where own.x == "a" and ?own.y == "b"';
    expect(() => compile(query)).toThrow('1:11: unknown field "own.x"');
    expect(compile(query, { knownFields: new Set(['own.x']) }).warnings).toEqual([]);
    expect(compile(query, { unknownFields: 'warn' }).warnings).toEqual([
      'the query asks own.x, which is no ECS field and has no given type: Elasticsearch fails the rule where no index has it',
    ]);
  });

  it('is null with ? where that is asked for, and then no not can make it match', () => {
    const document = viewDocument({ 'process.name': 'a' });
    const query = 'any where process.name == "a" and not ?own.y : "b"';
    expect(compile(query).matches(document, 0)).toBe(true);
    expect(compile(query, { unmappedOptional: 'null' }).matches(document, 0)).toBe(false);
    const known = { unmappedOptional: 'null', knownFields: new Set(['own.y']) } as const;
    expect(compile(query, known).matches(document, 0)).toBe(true);
  });
});

describe('limits', () => {
  const values = (count: number): string[] => Array.from({ length: count }, (_, index) => `v${index}`);

  it('refuse an event with too many combinations of values, and only where they would decide', () => {
    const document: Document = { 'process.args': values(100), 'process.name': 'a' };
    const script = 'concat(process.args, process.args, process.args) == "x"';
    const { matches, explain } = compile(`any where ${script}`);
    expect(() => matches(viewDocument(document), 0)).toThrow('1000000 combinations of values in one event');
    const [explained] = explain(viewDocument(document), 0);
    expect(explained).toMatchObject({ holds: false, reason: expect.stringContaining('combinations') });
    expect(compile(`any where ${script} and process.name == "b"`).matches(viewDocument(document), 0)).toBe(false);
    expect(compile(`any where ${script} or process.name == "a"`).matches(viewDocument(document), 0)).toBe(true);
    expect(() => compile(`any where not (${script})`).matches(viewDocument(document), 0)).toThrow('combinations');
  });

  it('leave long chains and long lists alone', () => {
    const chain = values(20_000).map((value) => `process.name == "${value}"`);
    const { matches } = compile(`any where ${chain.join(' or ')}`);
    expect(matches(viewDocument({ 'process.name': 'v19999' }), 0)).toBe(true);
    const list = compile(
      `any where process.name : (${values(20_000)
        .map((value) => `"${value}"`)
        .join(', ')})`,
    );
    expect(list.matches(viewDocument({ 'process.name': 'V777' }), 0)).toBe(true);
    expect(leavesOf(list.clause).length).toBe(1);
  });

  it('do not let a hostile document break a match', () => {
    const { matches } = compile('process where process.name : "a*" and length(process.args) > 1 and process.pid > 1');
    const odd: Document[] = [
      {},
      { process: [] },
      { process: [{ name: [['x', null]] }, 5, { args: { a: 1 } }] },
      { 'event.category': {} },
    ];
    for (const document of odd) expect(matches(viewDocument(document), 0)).toBe(false);
  });
});
