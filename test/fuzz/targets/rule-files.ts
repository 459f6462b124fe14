// Files that users write or export: rules, exceptions, value lists, configuration, prices.

import { readFileSync, readdirSync } from 'node:fs';
import { parsePrices } from '@coldhunt/engine';
import { searchOutlook } from '@coldhunt/formats';
import { createFieldTypes, lintRules, loadRules, parseExceptionExport, parseValueList } from '@coldhunt/rules';
import { parseConfigFile } from '@coldhunt/runtime';
import { bytesOf, textOf, type FuzzTarget } from '../target.ts';

const FIELD_TYPES = createFieldTypes();
const RULE_FILES = new URL('../../../packages/rules/test/cases/rule-files/', import.meta.url);
const PRICES = new URL('../../../packages/engine/src/plan/prices.json', import.meta.url);

function ruleFiles(ending: string): readonly Uint8Array[] {
  const names = readdirSync(RULE_FILES).filter((name) => name.endsWith(ending));
  return names.map((name) => readFileSync(new URL(name, RULE_FILES)));
}

const EXCEPTION = JSON.stringify({
  item_id: 'i1',
  list_id: 'l1',
  namespace_type: 'single',
  type: 'simple',
  name: 'an exception',
  entries: [
    { field: 'host.name', operator: 'included', type: 'match', value: 'build-1' },
    { field: 'process.args', operator: 'excluded', type: 'wildcard', value: '*x?' },
    {
      field: 'file',
      type: 'nested',
      entries: [{ field: 'path', operator: 'included', type: 'match_any', value: ['a'] }],
    },
  ],
});
const EXCEPTIONS = `${EXCEPTION}\n{"list_id":"l1","namespace_type":"single","type":"detection"}\n`;
const CONFIG = `archives:
  prod: {uri: 's3://b/p', region: eu-west-1, layout: 'x/%Y/%m', time: arrival, lateness: 2h, field_types: {a: ip}}
out: {kms_key_id: k}
redis: {url: 'redis://h:1', prefix: p}
service: {workers: 3, drain_timeout: 25s}
`;

function load(name: string, input: Uint8Array): void {
  const files = [{ name, text: textOf(input) }];
  loadRules(files, FIELD_TYPES);
  lintRules(files, { fieldTypes: FIELD_TYPES, searchedFor: searchOutlook });
}

export const ruleFileTargets: readonly FuzzTarget[] = [
  {
    name: 'rule-toml',
    corpus: ruleFiles('.toml'),
    tokens: [
      '[rule]',
      '"""',
      "'''",
      '[[rule.threat]]',
      'x = 1979-05-27T07:32:00Z',
      'a.b.c = {',
      '\\u0000',
      'new_terms_fields = []',
    ],
    run: (input) => load('rule.toml', input),
  },
  { name: 'rule-export', corpus: ruleFiles('.ndjson'), run: (input) => load('rules.ndjson', input) },
  { name: 'rule-json', corpus: ruleFiles('.json'), isJson: true, run: (input) => load('rule.json', input) },
  {
    name: 'exceptions',
    corpus: bytesOf([EXCEPTIONS]),
    run: (input) => parseExceptionExport(textOf(input), 'exceptions.ndjson', { forEveryRule: true }),
  },
  {
    name: 'exception-item',
    corpus: bytesOf([EXCEPTION]),
    isJson: true,
    run: (input) => parseExceptionExport(textOf(input).replaceAll('\n', ' '), 'exceptions.ndjson'),
  },
  { name: 'value-list', corpus: bytesOf(['a\n# b\n10.0.0.1\n']), run: (input) => parseValueList(textOf(input), 'ip') },
  {
    name: 'config',
    corpus: bytesOf([CONFIG]),
    tokens: ['&a', '*a', '<<: *a', '!!binary', '- ', '? ', '|', '---', '%YAML 1.2'],
    run: (input) => parseConfigFile(textOf(input), 'coldhunt.yaml'),
  },
  {
    name: 'prices',
    corpus: [readFileSync(PRICES)],
    isJson: true,
    run: (input) => parsePrices(textOf(input), 'prices'),
  },
];
