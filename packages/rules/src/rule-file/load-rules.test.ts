// One thing wrong in a rule that is right otherwise -> the one problem that is said of it, with its line and column.

import { describe, expect, it } from 'vitest';
import { createFieldTypes } from '../fields/field-types.ts';
import { loadRules, type LoadedRule } from './load-rules.ts';
import { describeProblem } from './rule-problem.ts';

const fieldTypes = createFieldTypes();

const TOML = `[metadata]
maturity = "production"

[rule]
rule_id = "r"
name = "n"
description = "d"
type = "new_terms"
language = "kuery"
severity = "low"
risk_score = 21
from = "now-9m"
query = '''
process.name: "aws"
  and source.ip: 10.0.0.1
'''

[rule.new_terms]
field = "new_terms_fields"
value = ["host.id"]

[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-7d"
`;

const RULE = {
  rule_id: 'r',
  name: 'n',
  description: 'd',
  type: 'new_terms',
  language: 'kuery',
  severity: 'low',
  risk_score: 21,
  query: 'process.name: "aws"',
  new_terms_fields: ['host.id'],
  history_window_start: 'now-7d',
};

function load(text: string): LoadedRule[] {
  return loadRules([{ name: 'f', text }], fieldTypes);
}

function said(text: string): readonly string[] {
  return load(text).flatMap(({ problems }) => problems.map((problem) => describeProblem(problem)));
}

function exported(over: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...RULE, ...over });
}

describe('one thing wrong', () => {
  it('is not in the rules from which the cases are made', () => {
    expect(load(TOML)).toMatchObject([{ state: 'ready', problems: [], rule: { history_window_start: 'now-7d' } }]);
    expect(load(exported({}))).toMatchObject([
      { state: 'ready', problems: [], rule: { new_terms_fields: ['host.id'] } },
    ]);
  });

  it.each([
    ['no name', 'name = "n"', '', 'f:4:1: name: missing: expected text'],
    ['no description', 'description = "d"', '', 'f:4:1: description: missing: expected text'],
    ['an empty description', '"d"', '""', 'f:7:1: description: found "": expected some text'],
    [
      'half a score',
      'risk_score = 21',
      'risk_score = 21.5',
      'f:11:1: risk_score: found 21.5: expected a whole number from 0 to 100',
    ],
    ['no type', 'type = "new_terms"', '', 'f:4:1: type: missing: expected text'],
    ['a misspelled field', 'from = "now-9m"', 'form = "now-9m"', 'f:12:1: form: unknown field: did you mean from?'],
    ['a wrong type', 'name = "n"', 'name = 5', 'f:6:1: name: found 5: expected text'],
    [
      'a score below',
      'risk_score = 21',
      'risk_score = -1',
      'f:11:1: risk_score: found -1: expected a whole number from 0 to 100',
    ],
    [
      'a window that begins later',
      'now-7d',
      'now-5m',
      'f:22:1: history_window_start: "now-5m" must be earlier than "from"',
    ],
    [
      'a window that begins with it',
      'now-7d',
      'now-9m',
      'f:22:1: history_window_start: "now-9m" must be earlier than "from"',
    ],
    ['no terms', '["host.id"]', '[]', 'f:18:1: new_terms_fields: found []: expected 1 to 3 fields'],
    [
      'four terms',
      '["host.id"]',
      '["a","b","c","d"]',
      'f:18:1: new_terms_fields: found ["a","b","c","d"]: expected 1 to 3 fields',
    ],
    [
      'a term without a name',
      '["host.id"]',
      '[""]',
      'f:18:1: new_terms_fields: found [""]: expected 1 to 3 different names',
    ],
    ['an open text', '"kuery"', '"kuery', 'f:9:18: not valid TOML: '],
    ['a query cut short', '  and source.ip: 10.0.0.1', '  and', 'f:16:1: query: '],
    ['a value of another type', '10.0.0.1', 'nobody', 'f:15:18: query: field source.ip: "nobody"'],
  ])('%s', (_name, from, to, message) => {
    const found = said(TOML.replace(from, to));
    expect(found.length, found.join('\n')).toBe(1);
    expect(found[0]?.slice(0, message.length)).toBe(message);
  });

  it.each([
    [
      'no window',
      { history_window_start: null },
      'history_window_start: missing: expected how far a new_terms rule looks back',
    ],
    ['no terms at all', { new_terms_fields: undefined }, 'new_terms_fields: missing: expected 1 to 3 fields'],
    ['a window that is no text', { history_window_start: 7 }, 'history_window_start: found 7: expected text'],
    [
      'an exception list without its saved object',
      { exceptions_list: [{ list_id: 'l', type: 'detection', namespace_type: 'single' }] },
      'exceptions_list.0.id: missing: expected text',
    ],
    [
      'another operator of severities',
      { severity_mapping: [{ field: 'a', operator: 'is', value: 'b', severity: 'low' }] },
      'severity_mapping.0.operator: found "is": expected equals',
    ],
    ['an end that is no time', { to: 'tomorrow' }, 'to: invalid date math "tomorrow"'],
    ['filters that are no list', { filters: {} }, 'filters: found {}: expected a list'],
    ['half an alert', { max_signals: 1.5 }, 'max_signals: found 1.5: expected a whole number'],
  ])('of an export: %s', (_name, over, message) => {
    const found = said(`{"list_id":"l","type":"detection"}\n${exported(over)}\n{"exported_count":1}\n`);
    expect(found.length, found.join('\n')).toBe(1);
    expect(found[0]).toMatch(/^f:2:\d+: /);
    expect(found[0]).toContain(message);
  });
});

it('tells what is wrong with the exceptions of an export beside what is wrong with its rules', () => {
  const lines = [
    exported({ severity: 'loud' }),
    'no json',
    '{"item_id":"i","list_id":"l","entries":[{"field":"a","type":"weird","value":"b"}]}',
    exported({ rule_id: 's', risk_score: 500 }),
    '{"item_id":"j","list_id":"l","entries":[{"field":"process.pid","type":"match","value":"b"}]}',
  ];
  const problems = loadRules([{ name: 'x.ndjson', text: lines.join('\n') }], fieldTypes).flatMap(
    (rule) => rule.problems,
  );
  const places = problems.map((problem) => /^x\.ndjson:\d+(?::\d+)?: [a-z_ ]+/.exec(describeProblem(problem))?.[0]);
  expect(places.toSorted()).toEqual([
    expect.stringMatching(/^x\.ndjson:1:\d+: severity$/),
    'x.ndjson:2: not a ',
    'x.ndjson:3:54: exception item',
    expect.stringMatching(/^x\.ndjson:4:\d+: risk_score$/),
    'x.ndjson:5:79: exception item ',
  ]);
});

it('tells every part of an EQL query, and every filter, that does not fit its field', () => {
  const filters = [
    { query: { match_phrase: { 'source.port': 'x' } } },
    { query: { exists: { field: 'host.name' } } },
    { query: { range: { 'source.port': { gte: 'y' } } } },
  ];
  const query = 'any where source.port == "x" or process.pid == "y"';
  const found = said(
    exported({
      type: 'eql',
      language: 'eql',
      query,
      filters,
      new_terms_fields: undefined,
      history_window_start: undefined,
    }),
  );
  expect(found).toEqual([
    expect.stringContaining('field source.port: "x" is no number'),
    expect.stringContaining('field process.pid: "y" is no number'),
    expect.stringContaining('filters.0: field "source.port": "x" is no number'),
    expect.stringContaining('filters.2: field "source.port": "y" is no number'),
  ]);
});

it('tells every part of a query that does not fit its field', () => {
  const query = 'process.pid: abc and not (host.ip: "1.2.3" or process.name: a) and process.pid: { a: b }';
  expect(said(exported({ query })).map((text) => text.replace(/^f:1:\d+: query: /, ''))).toEqual([
    expect.stringContaining('process.pid'),
    expect.stringContaining('host.ip'),
    expect.stringContaining('cannot have a group'),
  ]);
});
