// Filters, exceptions, new terms and index patterns on documents: a new case is a new row of cases/clauses.json.

import { readFileSync } from 'node:fs';
import { parseJson, viewDocument, type Document } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import {
  compileRule,
  createFieldTypes,
  joinExceptions,
  matchesIndexPattern,
  normalizeIndex,
  parseExceptionExport,
  parseValueList,
  termKey,
  type CompileRuleOptions,
  type ExceptionSet,
  type ValueList,
} from '@coldhunt/rules';
import { buildRule } from './build-rule.ts';

type Row<T extends readonly unknown[]> = readonly [name: string, ...rest: T];

interface Cases {
  readonly types: Readonly<Record<string, string>>;
  readonly documents: Readonly<Record<string, Document>>;
  readonly filters: readonly Row<[readonly unknown[], string]>[];
  readonly filterErrors: readonly Row<[readonly unknown[], string]>[];
  readonly exceptions: readonly Row<[readonly unknown[], readonly string[], string]>[];
  readonly valueLists: Readonly<Record<string, ValueList>>;
  readonly terms: readonly Row<
    [readonly string[], Readonly<Record<string, readonly string[]>>, Document, readonly (readonly unknown[])[]]
  >[];
  readonly indices: readonly (readonly [string, readonly string[], boolean])[];
}

// With exact numbers, as documents are read.
const CASES = parseJson(readFileSync(new URL('cases/clauses.json', import.meta.url), 'utf8')) as unknown as Cases;
const fieldTypes = createFieldTypes({ overrides: CASES.types });
const LIST = { list_id: 'list', type: 'detection', namespace_type: 'single' };

function exceptionSet(items: readonly unknown[], over: Partial<ExceptionSet> = {}): ExceptionSet {
  return { lists: [{ list_id: 'list' }], items, value_lists: CASES.valueLists, ...over };
}

function exceptedBy(
  document: Document,
  options: Partial<CompileRuleOptions>,
  { nowMs = 0, rule = buildRule({ exceptions_list: [LIST] }) } = {},
): string | null {
  return compileRule(rule, { fieldTypes, ...options }).exceptedBy(viewDocument(document), nowMs);
}

function namesOf(holds: (document: Document) => boolean): string {
  return Object.entries(CASES.documents)
    .filter(([, document]) => holds(document))
    .map(([name]) => name)
    .join(' ');
}

describe('filters', () => {
  it.each(CASES.filters)('%s', (_name, filters, expected) => {
    const { matches } = compileRule(buildRule({ filters }), { fieldTypes });
    expect(namesOf((document) => matches(viewDocument(document), 0))).toBe(expected);
  });

  it.each(CASES.filterErrors)('refuse %s', (_name, filters, message) => {
    const compile = (): unknown => compileRule(buildRule({ filters }), { fieldTypes });
    expect(compile).toThrow(expect.objectContaining({ code: 'FILTER_INVALID' }));
    expect(compile).toThrow(message);
  });

  it('need the fields that they ask for, but not those that they exclude', () => {
    const term = (field: string): unknown => ({ term: { [field]: 'a' } });
    const filters = [
      { query: term('kw') },
      { meta: { negate: true }, query: term('low') },
      { query: { bool: { should: [term('txt'), term('short')] } } },
      { query: { exists: { field: 'obj' } } },
    ];
    const compiled = compileRule(buildRule({ filters }), { fieldTypes });
    expect(compiled.neededFields).toEqual([['kw'], ['txt', 'short']]);
    expect(compiled.fields?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['kw', 'low', 'txt', 'short', 'obj']),
    );
  });

  it('stand in the explanation, negated ones as not', () => {
    const filters = [{ meta: { negate: true }, query: { term: { kw: 'beta' } } }];
    const { explain } = compileRule(buildRule({ filters, query: 'n: 5' }), { fieldTypes });
    expect(explain(viewDocument({ kw: 'alpha', n: 5 }), 0).at(-1)).toEqual({
      clause: 'not kw: "beta"',
      field: 'kw',
      holds: true,
      values: ['alpha'],
      reason: 'no value fits',
    });
  });
});

describe('exceptions', () => {
  it.each(CASES.exceptions)('%s', (_name, entries, os_types, expected) => {
    const set = exceptionSet([{ item_id: 'i', list_id: 'list', entries, os_types }]);
    expect(namesOf((document) => exceptedBy(document, { exceptions: set }) === 'i')).toBe(expected);
  });

  const entries = [{ field: 'kw', type: 'exists' }];
  const item = (over: Record<string, unknown> = {}): unknown => ({ item_id: 'i', list_id: 'list', entries, ...over });

  it('name the first item that holds', () => {
    const set = exceptionSet([
      item({ item_id: 'first', entries: [{ field: 'n', type: 'exists' }] }),
      item({ item_id: 'second' }),
    ]);
    expect(exceptedBy({ kw: 'a' }, { exceptions: set })).toBe('second');
    expect(exceptedBy({ kw: 'a', n: 1 }, { exceptions: set })).toBe('first');
    expect(exceptedBy({ x: 'a' }, { exceptions: set })).toBeNull();
  });

  it('hold until they expire, by the time of the event', () => {
    const set = exceptionSet([item({ expire_time: '2026-02-01T00:00:00.000Z' })]);
    const end = Date.parse('2026-02-01T00:00:00Z');
    expect(exceptedBy({ kw: 'a' }, { exceptions: set }, { nowMs: end - 1 })).toBe('i');
    expect(exceptedBy({ kw: 'a' }, { exceptions: set }, { nowMs: end })).toBeNull();
  });

  it('of lists that the rule does not name hold only when they are for every rule', () => {
    const other = { list_id: 'other' };
    expect(exceptedBy({ kw: 'a' }, { exceptions: exceptionSet([item(other)]) })).toBeNull();
    const forAll = exceptionSet([item({ ...other, for_every_rule: true })]);
    expect(exceptedBy({ kw: 'a' }, { exceptions: forAll }, { rule: buildRule() })).toBe('i');
  });

  it('of the list of the Endpoint are none of a rule', () => {
    const rule = buildRule({ exceptions_list: [{ ...LIST, list_id: 'endpoint_list' }] });
    const set = exceptionSet([item({ list_id: 'endpoint_list', for_every_rule: true })], { lists: [] });
    expect(exceptedBy({ kw: 'a' }, { exceptions: set }, { rule })).toBeNull();
    expect(compileRule(rule, { fieldTypes, exceptions: set }).warnings).toEqual([]);
  });

  it('may be queries, and may all be left out', () => {
    const set = exceptionSet([item()]);
    const excludeQueries = ['n: 1', 'txt: fox'];
    expect(exceptedBy({ n: 1 }, { exceptions: set, excludeQueries })).toBe('exclude-query:1');
    expect(exceptedBy({ txt: 'a fox' }, { exceptions: set, excludeQueries })).toBe('exclude-query:2');
    expect(exceptedBy({ kw: 'a', n: 1 }, { exceptions: set, excludeQueries, ignoreExceptions: true })).toBeNull();
  });

  it('look at fields that are wanted from the event', () => {
    const rule = buildRule({ exceptions_list: [LIST], query: 'n: 1' });
    const names = (options: Partial<CompileRuleOptions>): readonly string[] | undefined =>
      compileRule(rule, { fieldTypes, ...options }).fields?.map(({ name }) => name);
    expect(names({ exceptions: exceptionSet([item()]), excludeQueries: ['ip: *'] })).toEqual(['n', 'kw', 'ip']);
    expect(names({ excludeQueries: ['free text'] })).toBeUndefined();
  });

  it('warn of lists and value lists that are nowhere to be found', () => {
    const rule = buildRule({ exceptions_list: [LIST, { ...LIST, list_id: 'gone' }] });
    const listed = { field: 'kw', type: 'list', list: { id: 'lost', type: 'keyword' } };
    const ranges = { field: 'ip', type: 'list', list: { id: 'ranges', type: 'ip_range' } };
    const set = exceptionSet([item({ entries: [listed] }), item({ item_id: 'r', entries: [ranges] })]);
    expect(compileRule(rule, { fieldTypes, exceptions: set }).warnings).toEqual([
      'the exception list "gone" is nowhere to be found: its exceptions were not applied',
      'exception item "i" names the value list "lost", which was not given: the item was not applied',
      'value list "ranges": "no range" is no address range: not applied',
    ]);
  });

  it.each([
    ['a value that does not fit', item({ entries: [{ field: 'n', type: 'match', value: 'x' }] }), 'exception item "i"'],
    ['an expiry that is no time', item({ expire_time: 'soon' }), 'expire_time "soon" is no time'],
    ['no entries', item({ entries: [] }), 'entries'],
    ['no item at all', 5, 'exception item'],
  ])('refuse %s', (_name, value, message) => {
    const compile = (): unknown => exceptedBy({}, { exceptions: exceptionSet([value]) });
    expect(compile).toThrow(expect.objectContaining({ code: 'EXCEPTION_INVALID' }));
    expect(compile).toThrow(message);
  });
});

describe('an exception export', () => {
  const item =
    '{"item_id":"i","list_id":"l","name":"n","entries":[{"field":"a","type":"exists","operator":"included"}]}';

  it('gives lists and items, and passes over rules and details', () => {
    const text = `\ufeff{"rule_id":"r","list_id":"x"}\r\n{"list_id":"l","type":"detection"}\n${item}\n\n{"exported_count":1}\n`;
    const set = parseExceptionExport(text, 'f');
    expect(set.lists).toEqual([{ list_id: 'l', type: 'detection' }]);
    expect(set.items).toEqual([{ ...(JSON.parse(item) as object), for_every_rule: false }]);
  });

  it('says every problem with its line', () => {
    const text = `{\n${item.replace('exists', 'never')}\n${item.replace('"list_id":"l",', '')}\n[1]\n{"a":${'['.repeat(300)}${']'.repeat(300)}}`;
    const parse = (): unknown => parseExceptionExport(text, 'f');
    for (const message of [
      'f:1: not a JSON object',
      'f:2:65: exception item: ',
      'f:3:1: exception item: list_id',
      'f:4: not a JSON object',
      'f:5: nested deeper than 200',
    ])
      expect(parse).toThrow(message);
  });

  it('joins sets and keeps a value list named __proto__ a value list', () => {
    const lists = JSON.parse('{"__proto__":{"type":"keyword","values":[]}}') as Record<string, ValueList>;
    const joined = joinExceptions([
      { lists: [], items: [], value_lists: lists },
      { lists: [], items: [], value_lists: {} },
    ]);
    expect(Object.keys(joined.value_lists)).toEqual(['__proto__']);
  });

  it('reads value lists from text', () => {
    expect(parseValueList('\ufeff# hosts\r\n a \r\n\r\nb\na\n')).toEqual({ type: 'keyword', values: ['a', 'b'] });
  });
});

describe('new terms', () => {
  it.each(CASES.terms)('%s', (_name, fields, termFallbacks, document, expected) => {
    const rule = buildRule({ type: 'new_terms', new_terms_fields: fields, history_window_start: 'now-7d' });
    expect(compileRule(rule, { fieldTypes, termFallbacks }).terms(viewDocument(document))).toEqual(expected);
  });

  it('are those of the hunt where it names others', () => {
    const rule = buildRule({ type: 'new_terms', new_terms_fields: ['kw'], history_window_start: 'now-7d' });
    const compiled = compileRule(rule, { fieldTypes, newTermsFields: ['n'] });
    expect(compiled.terms(viewDocument({ kw: 'a', n: 1 }))).toEqual([[1]]);
    expect(compiled.neededFields).toEqual([['n']]);
  });

  it('are none of a query rule', () => {
    expect(
      compileRule(buildRule({ new_terms_fields: ['kw'] }), { fieldTypes }).terms(viewDocument({ kw: 'a' })),
    ).toEqual([]);
  });

  it('have keys that tell types apart', () => {
    const tuples = [['1'], [1], [true], ['true'], ['1,1'], ['1', '1'], [9007199254740993n], [1.5], ['']];
    expect(new Set(tuples.map((terms) => termKey(terms))).size).toBe(tuples.length);
  });
});

describe('warnings of a rule', () => {
  it.each([
    [['txt'], '"txt" is of type text and never gives a term: the rule raises no alert'],
    [['kw', 'nest.kw'], '"nest.kw" is inside the nested field nest and never gives a term: the rule raises no alert'],
    [['nest'], '"nest" is of type nested and never gives a term: the rule raises no alert'],
  ])('tell of the terms %s', (new_terms_fields, warning) => {
    const rule = buildRule({ type: 'new_terms', new_terms_fields, history_window_start: 'now-7d' });
    expect(compileRule(rule, { fieldTypes }).warnings).toEqual([warning]);
    expect(compileRule(rule, { fieldTypes, newTermsFields: ['kw'] }).warnings).toEqual([]);
  });

  it('tell what is not applied', () => {
    const rule = buildRule({
      alert_suppression: { group_by: ['message'], missing_fields_strategy: 'suppress' },
      index: [],
      data_view_id: 'v',
    });
    expect(compileRule(rule, { fieldTypes }).warnings).toEqual([
      'alert_suppression: "message" is of type match_only_text and gives no value: alerts count as lacking it',
      'the indices of the data view "v" are not part of the rule: it is applied to events of every index',
    ]);
    expect(compileRule(buildRule({ index: [] }), { fieldTypes }).warnings).toEqual([
      'the rule names no index pattern: it is applied to events of every index',
    ]);
  });
});

describe('index patterns', () => {
  it.each(CASES.indices)('%s in %j: %s', (index, patterns, expected) => {
    expect(matchesIndexPattern(index, patterns)).toBe(expected);
  });

  it('are asked for the name without what Elasticsearch puts around it', () => {
    expect(normalizeIndex('remote:partial-.ds-logs-x-default-2026.01.01-000001')).toBe('logs-x-default');
    expect(normalizeIndex('.ds-a-b')).toBe('.ds-a-b');
  });
});
