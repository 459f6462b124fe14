import { InputError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { createFieldTypes } from '../fields/field-types.ts';
import { kqlDoubts } from './kql-doubts.ts';
import { parseKql } from './parse-kql.ts';

const ECS = createFieldTypes();

const told = (query: string): string[] =>
  kqlDoubts(parseKql(query), query, ECS).map(({ at, message }) => `${at.line}:${at.column}: ${message}`);

describe('a query that reads like another language', () => {
  it.each<[string, string]>([
    [
      'process.name == aws',
      '1:1: "process.name == aws" is free text, looked for in every field: write process.name: aws',
    ],
    ['a: b and c = d', '1:10: "c = d" is free text, looked for in every field: write c: d'],
    [
      'process.name != aws',
      '1:1: "process.name != aws" is free text, looked for in every field: write not process.name: aws',
    ],
    ['process.name=aws*', '1:1: "process.name=aws*" is free text, looked for in every field: write process.name: aws*'],
    [
      'process.name aws',
      '1:1: "process.name aws" is free text, looked for in every field: write process.name: aws for a field and its value',
    ],
    ['a && b', '1:1: "a && b" is free text, looked for in every field: write "and" between clauses'],
    [
      'process where true',
      '1:1: "process where true" is free text, looked for in every field: if it is meant as EQL, it is no KQL',
    ],
    ['!aws', '1:1: "!aws" is free text, looked for in every field: write not aws'],
    ["'aws'", `1:1: single quotes are part of the value here: write "aws"`],
    ['process.name: aws || bash', '1:15: || is part of the value here: write "or" between clauses'],
    ['process.name:== aws', '1:14: = is part of the value here: write process.name: aws'],
    ["process.name: 'a b'", '1:15: single quotes are part of the value here: write "a b"'],
    ['process.name: “aws”', '1:15: typographic quotes are part of the value here: write "aws"'],
    [
      'process.name: /aw.*/',
      '1:15: KQL has no regular expressions: the slashes of "/aw.*/" are characters, and * is the only wildcard',
    ],
    ['process.name: aws and', '1:15: "and" at the end is part of the value: something is missing after it'],
    [
      'process.name: (aws bash)',
      '1:16: "aws bash" is one value here: write "or" between several, and quotes around one',
    ],
    ['!process.name: aws', '1:1: ! is part of the field name here: write not process.name: …'],
    [
      'a: b or _exists_: host.id',
      '1:9: _exists_ is a field name here: write "name: *" for an event that has the field',
    ],
    ['+a: b', '1:1: + is part of the field name here: write "and" or "not" before a clause'],
    [
      'host: web-1',
      '1:1: host is an object, and a value in its place is ignored: ask a field below it, as host.name, or give it a type (--field-types)',
    ],
    [
      'a: b or not process.parent > 5',
      '1:13: process.parent is an object, and a value in its place is ignored: ask a field below it, as process.parent.name, or give it a type (--field-types)',
    ],
    ['not a:{ b: "x*" }', '1:12: * in "x*" is a character like others: leave the quotes away for a wildcard'],
  ])('%s', (query, expected) => {
    expect(told(query)).toEqual([expected]);
  });

  it('is told at each of its places, in their order; stars in quotes once', () => {
    expect(told('a: \'x\' or b: "*y" or\n c: \'z\' or d: "*"')).toEqual([
      '1:4: single quotes are part of the value here: write "x"',
      '1:14: * in "*y" is a character like others: leave the quotes away for a wildcard (and 1 more in this query)',
      '2:5: single quotes are part of the value here: write "z"',
    ]);
  });
});

describe('what is meant as it is written', () => {
  it.each([
    '',
    'aws',
    '"a == b"',
    'process.args: (commands=* and "--x=1")',
    'process.command_line: *a=b*',
    'process.name: my program',
    'file.path: (/tmp/ or /etc/* or C\\:\\\\Program Files\\\\*)',
    'process.pid >= 4 and not process.name: *',
    'process.args: (-c or --x)',
    'a: /tmp/',
    'message: "it\'s"',
    '*: *',
    'process: * and not labels.env: prod',
    'pro*: aws',
  ])('%s', (query) => {
    expect(told(query)).toEqual([]);
  });
});

describe('a query that does not go on', () => {
  it.each<[string, RegExp]>([
    ['process.name == "aws"', /KQL writes field: value$/],
    ['a: b and c != "d"', /KQL writes not field: value$/],
    ['a: b && c: d', /KQL writes "and" for &&$/],
    ['a: "b" || c: d', /found "\|".*KQL writes "or" for \|\|$/],
    ['a: b c: d', /write "and" or "or" between two clauses; a value that holds : or " must be quoted/],
    ['a: "b" "c"', /write "and" or "or" between two clauses/],
    ['a: "b" c: d', /found "c"; write "and" or "or" between two clauses/],
    ['a: ("b", "c")', /values are joined by "or", in parentheses$/],
    ['a in ("b")', /KQL writes field: \(a or b\)$/],
    ['a like "b*"', /with \* as its wildcard and no quotes$/],
    ['process where a == "b"', /reads like EQL/],
    ['a: > 4', /a range has no colon, write field > value$/],
  ])('%s', (query, expected) => {
    expect(() => parseKql(query)).toThrow(InputError);
    expect(() => parseKql(query)).toThrow(expected);
  });
});
