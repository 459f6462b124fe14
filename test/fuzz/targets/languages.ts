// Queries: parsed, bound to fields, matched against events, printed, explained, and written in another language.

import { readFileSync } from 'node:fs';
import { viewDocument, parseDocument } from '@coldhunt/core';
import {
  builtinRules,
  compileEql,
  compileKql,
  convertQuery,
  createFieldTypes,
  parseEql,
  parseKql,
  printKql,
  requiredLiterals,
  type CompiledQuery,
} from '@coldhunt/rules';
import { bytesOf, textOf, type FuzzTarget } from '../target.ts';

const FIELD_TYPES = createFieldTypes();
const EVENTS = [
  '{"@timestamp":"2026-02-01T00:00:00Z","event":{"type":"start","category":["process"],"action":"exec"},"process":{"args":["aws","ssm","send-command"],"pid":7,"name":"aws"},"host":{"id":"h","ip":["10.0.0.1","::1"],"os":{"type":"linux"}}}',
  '{"message":"a b c","source.ip":"2001:db8::1","file":[{"size":1e300,"path":"C:\\\\x"},{"size":null}],"labels":{"a*b":"*"},"process":{"args":[]}}',
].map((text) => viewDocument(parseDocument(text)));
const NOW_MS = Date.parse('2026-02-02T00:00:00Z');

function casesOf(file: string): readonly string[] {
  const url = new URL(`../../../packages/rules/test/cases/${file}`, import.meta.url);
  const lines = readFileSync(url, 'utf8').split('\n');
  return lines.flatMap((line) =>
    line.includes(' ==> ') && !line.startsWith('#') ? [line.split(' ==> ')[0] ?? ''] : [],
  );
}

const SQL = { dialect: 'duckdb', columns: 'json', table: 'events', lists: [] } as const;

function useEql(text: string): void {
  const statement = parseEql(text);
  if (statement.kind === 'event') use(compileEql(statement, FIELD_TYPES));
}

function use(query: CompiledQuery): void {
  for (const event of EVENTS) {
    query.matches(event, NOW_MS);
    query.explain(event, NOW_MS);
  }
  requiredLiterals(query.requirement);
}

export const languageTargets: readonly FuzzTarget[] = [
  {
    name: 'kql',
    corpus: bytesOf([
      ...casesOf('kql-match.txt'),
      ...casesOf('kql-parse.txt'),
      ...builtinRules(FIELD_TYPES).map(({ query }) => query),
    ]),
    tokens: [
      'and',
      'or',
      'not',
      '(',
      ')',
      ':',
      '*',
      '"',
      '{',
      '}',
      '<=',
      '>',
      'now-7d/d',
      'host.ip:10.0.0.0/8',
      '\\u0041',
      'process.args',
    ],
    run: (input) => {
      const tree = parseKql(textOf(input));
      parseKql(printKql(tree));
      use(compileKql(tree, FIELD_TYPES));
    },
  },
  {
    name: 'eql',
    corpus: bytesOf([
      ...casesOf('eql-match.txt'),
      ...casesOf('eql-parse.txt'),
      ...casesOf('eql-fold.txt'),
      ...casesOf('eql-functions.txt'),
    ]),
    tokens: [
      'where',
      'and',
      'not',
      'like~',
      'regex',
      '("a*", "b")',
      'concat(',
      '?process.pid',
      '| head 5',
      '"""',
      '`a.b`',
      '==',
      'in~',
      '1e400',
      'sequence by host.id',
    ],
    run: (input) => {
      useEql(textOf(input));
    },
  },
  {
    name: 'regexp',
    corpus: bytesOf(casesOf('regexp.txt')),
    tokens: ['.*', '[^a-z]', '<1-999>', '~(a|b)', '{1,1000}', '()', '@', '&', '\\d', '#'],
    run: (input) => {
      const pattern = textOf(input).replaceAll('"""', '');
      useEql(`process where process.name regex~ ("""${pattern}""")`);
    },
  },
  {
    name: 'convert',
    corpus: bytesOf([...casesOf('kql-match.txt'), ...casesOf('kql-parse.txt')]),
    tokens: ['and', 'not', "'", '--', ';', '%', '_', '\\', '*'],
    run: (input) => {
      const source = { language: 'kuery', query: textOf(input) } as const;
      for (const to of ['eql', 'sql'] as const) convertQuery(source, { to, fieldTypes: FIELD_TYPES, sql: SQL });
    },
  },
];
