import { describe, expect, it } from 'vitest';
import { JsonNumber, viewDocument, type Document } from '@coldhunt/core';
import { createFieldTypes } from '../fields/field-types.ts';
import type { CompiledQuery } from '../clauses/compile-query.ts';
import { compileKql } from './compile-kql.ts';
import { requiredLiterals } from '../clauses/required-literals.ts';
import { parseKql } from './parse-kql.ts';

const TYPES = createFieldTypes({
  overrides: { courses: 'nested', 'courses.name': 'keyword', 'courses.credits': 'long' },
});
const compile = (query: string): CompiledQuery => compileKql(parseKql(query), TYPES);
const matches = (query: string, document: Document): boolean => compile(query).matches(viewDocument(document), 0);
const literals = (query: string): string[][] => requiredLiterals(compile(query).requirement);

const SEED_RULE = `event.category: "process" and event.type: "start" and process.name: "aws" and (
  host.os.type: ("windows" or "macos")
  or (host.os.type: "linux" and event.action: ("exec" or "exec_event" or "executed" or "process_started"))
) and process.args: (
  "send-command" and "--parameters" and commands=* and ("AWS-RunShellScript" or "AWS-RunPowerShellScript")
)`;

describe('required literals', () => {
  it("are those of the first rule's query", () => {
    expect(literals(SEED_RULE)).toEqual([
      ['process'],
      ['start'],
      ['aws'],
      ['linux', 'windows', 'macos'],
      ['send-command'],
      ['--parameters'],
      ['commands='],
      ['AWS-RunShellScript', 'AWS-RunPowerShellScript'],
    ]);
  });

  it.each([
    ['process.name: (a1 or b2)', [['a1', 'b2']]],
    ['process.name: a1 or process.pid: 4', []],
    ['process.name: a1 or user.name: (b2 and c3)', [['b2', 'a1']]],
    ['(process.name: a1 and user.name: b2) or (process.name: a1 and user.name: c3)', [['a1'], ['b2', 'c3']]],
    ['not process.name: a1', []],
    ['not (not process.name: a1)', [['a1']]],
    ['not (process.name: a1 or not user.name: b2)', [['b2']]],
    ['process.pid: 443', []],
    ['unmapped.n: 443', []],
    ['unmapped.b: true', []],
    ['unmapped.t: "2020-01-01"', [['2020-01-01']]],
    ['unmapped.s: text1', [['text1']]],
    ['event.code: 4688', [['4688']]],
    ['source.ip: 10.0.0.1', []],
    ['process.name: *', []],
    ['process.name: ""', []],
    ['process.args: *foo*bar*foo*', [['foo'], ['bar']]],
    ['process.name > x1', []],
    ['free text', []],
    ['proc*: text1', []],
    ['*', []],
    ['process.name.caseless: POWERSHELL', []],
    ['courses:{ name: x1 and credits > 3 }', [['x1']]],
    ['not courses:{ name: x1 }', []],
    ['process.command_line: a1* b2*', [['a1', 'b2']]],
  ] as const)('of %s are %j', (query, expected) => {
    expect(literals(query)).toEqual(expected);
  });

  it('of caseless fields are searched without case, and never hold i, k or what is not ASCII', () => {
    expect(compile('process.name.caseless: PowerShellKit').requirement).toMatchObject({
      path: { name: 'process.name' },
      literals: [{ text: 'powershell', ignoreCase: true }],
    });
    // U+212A is lower-cased to k, so the event matches without holding the text "kit".
    const kelvin = viewDocument({ process: { name: 'PowerShell\u212aIT' } });
    expect(compile('process.name.caseless: powershellkit').matches(kelvin, 0)).toBe(true);
  });

  it('come with bounds for numbers and times, a little wide', () => {
    expect(compile('process.pid > 5').requirement).toMatchObject({ range: { min: expect.closeTo(4, 5) } });
    const { requirement } = compile('@timestamp: 2020-01-01');
    expect(requirement).toMatchObject({ range: { min: 1_577_836_799_999, max: 1_577_923_200_000 } });
    expect(compile('@timestamp > now-1d').requirement).not.toHaveProperty('range');
    expect(compile('@timestamp > now-1d').requirement).not.toHaveProperty('test');
  });
});

describe('fields', () => {
  it('are all that the query looks at, multi-fields by the field that feeds them', () => {
    const { fields, neededFields } = compile('not user.name: x and process.name.caseless: y and courses:{ name: z }');
    expect(fields?.map(({ name }) => name)).toEqual(['courses', 'courses.name', 'process.name', 'user.name']);
    expect(neededFields).toEqual([['process.name'], ['courses.name']]);
  });

  it('are unknown for free text and names with stars', () => {
    expect(compile('text').fields).toBeNull();
    expect(compile('a: b or proc*: x').fields).toBeNull();
    expect(compile('*').fields).toEqual([]);
  });

  it('are needed when every alternative needs one', () => {
    expect(compile('host.id: a or host.name: b').neededFields).toEqual([['host.id', 'host.name']]);
    expect(compile('host.id: a or not host.name: b').neededFields).toEqual([]);
    expect(compile('host.id: a and (x: 1 or y: 2 and z: 3)').neededFields).toEqual([['host.id'], ['x', 'y']]);
  });
});

describe('matching', () => {
  it('does not index a keyword of more than 1024 UTF-16 units', () => {
    const long = 'a'.repeat(1_025);
    expect(matches('process.name: *', { process: { name: long } })).toBe(false);
    expect(matches('process.name: aaa*', { process: { name: long } })).toBe(false);
    expect(matches('process.name: aaa*', { process: { name: [long, 'aaab'] } })).toBe(true);
    expect(matches('process.command_line: aaa*', { process: { command_line: long } })).toBe(true);
    expect(matches('unmapped: *', { unmapped: long })).toBe(false);
  });

  it('takes numbers and booleans of keyword fields as their text', () => {
    expect(matches('event.code: 4688', { event: { code: 4688 } })).toBe(true);
    expect(matches('event.code: "1.0"', { event: { code: new JsonNumber('1.0') } })).toBe(true);
    expect(matches('event.code: true', { event: { code: true } })).toBe(true);
  });

  it('compares beyond what a double holds', () => {
    const exact = { process: { pid: new JsonNumber('9007199254740993') } };
    expect(matches('process.pid: 9007199254740993', exact)).toBe(true);
    expect(matches('process.pid: 9007199254740992', exact)).toBe(false);
    expect(matches('process.pid > 9007199254740992', { process: { pid: 9_007_199_254_740_993n } })).toBe(true);
  });

  it('orders text by UTF-8 bytes', () => {
    expect(matches('process.name > "\uffee"', { process: { name: '\u{1f600}' } })).toBe(true);
    expect(matches('process.name < "\uffee"', { process: { name: '\ud7ff' } })).toBe(true);
  });

  it('fits patterns in linear time', () => {
    const url = viewDocument({ url: { full: 'a'.repeat(1_000_000) } });
    for (const pattern of ['*a*a*a*a*b', `*${'a'.repeat(500)}b*`, `*b${'a'.repeat(500)}*`, 'a*b*a']) {
      expect(compile(`url.full: ${pattern}`).matches(url, 0)).toBe(false);
    }
  });

  it('takes now from its caller', () => {
    const event = viewDocument({ '@timestamp': '2020-01-10T00:00:00Z' });
    const { matches: isRecent } = compile('@timestamp >= now-1d/d');
    expect(isRecent(event, Date.parse('2020-01-11T12:00:00Z'))).toBe(true);
    expect(isRecent(event, Date.parse('2020-01-12T12:00:00Z'))).toBe(false);
  });

  it('compiles a query of a hundred thousand clauses and of many levels', () => {
    const wide = Array.from({ length: 100_000 }, (_, index) => `process.name: v${index}`).join(' or ');
    expect(matches(wide, { process: { name: 'v99999' } })).toBe(true);
    let deep = 'process.name: v0';
    for (let level = 1; level < 300; level += 1)
      deep = `(not (${deep}) ${level % 2 === 0 ? 'and' : 'or'} process.name: v${level})`;
    expect(compile(deep).explain(viewDocument({}), 0)).toHaveLength(300);
    expect(matches(deep, { process: { name: 'v299' } })).toBe(true);
  });
});

describe('explain', () => {
  it('tells each clause with the values that satisfied it or the reason that it failed', () => {
    const event = viewDocument({ process: { name: 'aws', args: ['a', 'b'], pid: 7 } });
    expect(
      compile('process.args: b* and not process.name: aws and user.id: 1 and process.pid > 9').explain(event, 0),
    ).toEqual([
      {
        clause: 'process.args:b*',
        field: 'process.args',
        holds: true,
        values: ['b'],
        reason: 'a value fits the pattern',
      },
      {
        clause: 'not process.name:aws',
        field: 'process.name',
        holds: false,
        values: ['aws'],
        reason: 'excluded by not',
      },
      { clause: 'user.id:1', field: 'user.id', holds: false, values: [], reason: 'no value' },
      { clause: 'process.pid > 9', field: 'process.pid', holds: false, values: ['7'], reason: 'no value is in range' },
    ]);
  });

  it('takes a nested group as one clause', () => {
    const event = viewDocument({
      courses: [
        { name: 'x', credits: 1 },
        { name: 'y', credits: 4 },
      ],
    });
    expect(compile('courses:{ name: y and credits > 3 }').explain(event, 0)).toEqual([
      {
        clause: 'courses:{ name:y and credits > 3 }',
        field: 'courses',
        holds: true,
        values: ['y', '4'],
        reason: 'an object satisfies the group',
      },
    ]);
    expect(compile('courses:{ name: x and credits > 3 }').explain(event, 0)[0]).toMatchObject({
      holds: false,
      reason: 'no single object satisfies the group',
    });
  });
});
