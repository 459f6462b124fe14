import { viewDocument, type Document } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildRule } from '../test/build-rule.ts';
import { compileRule } from './compile-rule.ts';
import { createFieldTypes } from './fields/field-types.ts';
import type { AlertSuppression, Rule } from './rule.ts';
import { GROUP_LIMIT, compileSuppressionGroups, type SuppressionGroups } from './suppression-groups.ts';
import { groupKey } from './term-key.ts';

const fieldTypes = createFieldTypes({ overrides: { courses: 'nested' } });

function compile(
  type: Rule['type'],
  group_by: readonly string[],
  missing_fields_strategy: AlertSuppression['missing_fields_strategy'] = 'suppress',
): SuppressionGroups {
  return compileSuppressionGroups(buildRule({ type, alert_suppression: { group_by, missing_fields_strategy } }), {
    fieldTypes,
  });
}

const event = viewDocument({
  host: { name: ['b', 'a', 'b'], ip: 'fe80:0:0::1' },
  process: { pid: ['10', 9], start: ['2026-02-01T00:00:00Z'] },
  message: 'text',
  courses: [{ name: 'c' }],
} as Document);

describe('the groups of an event', () => {
  it.each<[Rule['type'], readonly string[], unknown]>([
    ['query', ['host.ip'], [['fe80::1']]],
    ['query', ['host.name'], [['b'], ['a']]],
    [
      'query',
      ['process.pid', 'host.name'],
      [
        [10, 'b'],
        [10, 'a'],
        [9, 'b'],
        [9, 'a'],
      ],
    ],
    [
      'query',
      ['user.name', 'host.name'],
      [
        [null, 'b'],
        [null, 'a'],
      ],
    ],
    ['query', ['message'], [[null]]],
    ['query', ['process.start'], [[Date.UTC(2026, 1, 1)]]],
    [
      'eql',
      ['host.name', 'process.pid'],
      [
        [
          ['a', 'b', 'b'],
          [9, 10],
        ],
      ],
    ],
    ['new_terms', ['host.ip', 'user.name'], [[['fe80::1'], null]]],
    ['eql', ['message'], [[['text']]]],
    ['eql', ['process.start'], [[['2026-02-01T00:00:00.000Z']]]],
    ['eql', ['courses.name'], [[null]]],
    ['threshold', ['host.name'], null],
  ])('of a %s rule by %j are %j', (type, fields, groups) => {
    expect(compile(type, fields).groupBy(event)).toEqual(groups);
  });

  it('are none when a field is missing that must not be', () => {
    expect(compile('query', ['host.name', 'user.name'], 'doNotSuppress').groupBy(event)).toBeNull();
    expect(compile('eql', ['user.name'], 'doNotSuppress').groupBy(event)).toBeNull();
    expect(compile('eql', ['host.ip'], 'doNotSuppress').groupBy(event)).toEqual([[['fe80::1']]]);
  });

  it('are none without suppression, or when it is ignored', () => {
    expect(compileRule(buildRule(), { fieldTypes }).groupBy(event)).toBeNull();
    const rule = buildRule({ alert_suppression: { group_by: ['host.name'], missing_fields_strategy: 'suppress' } });
    const compiled = compileRule(rule, { fieldTypes });
    expect(compiled.groupBy(event)).toEqual([['b'], ['a']]);
    expect(compiled.fields?.map(({ name }) => name)).toContain('host.name');
    expect(compileRule(rule, { fieldTypes, ignoreSuppression: true }).groupBy(event)).toBeNull();
  });

  it('are told to be too many, but for rules that group by all values together', () => {
    const many = viewDocument({ a: Array.from({ length: GROUP_LIMIT + 1 }, (_, i) => `v${i}`) });
    expect(compile('query', ['a']).groupBy(many)).toBe('too many');
    expect(compile('eql', ['a']).groupBy(many)).toHaveLength(1);
  });

  it('differ in their keys where their values do', () => {
    const groups = [[null], ['null'], [['null']], [[]], [1], ['1'], [true], [['a', 'b']], ['a', 'b'], [['a'], ['b']]];
    expect(new Set(groups.map(groupKey)).size).toBe(groups.length);
  });
});

it('warns of fields that never give a value', () => {
  expect(compile('query', ['message', 'courses.name', 'host.name']).warnings).toEqual([
    'alert_suppression: "message" is of type match_only_text and gives no value: alerts count as lacking it',
    'alert_suppression: "courses.name" is inside the nested field courses and gives no value: alerts count as lacking it',
  ]);
  expect(compile('eql', ['message']).warnings).toEqual([]);
});
