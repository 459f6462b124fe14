// Rules do not influence each other: what a hunt with many of them raises for one is, byte for byte, what its own hunt raises, in either mode.

import type { Document } from '@coldhunt/core';
import { compileRule, createFieldTypes, type ExceptionSet, type Rule } from '@coldhunt/rules';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildQuestion, buildRule, buildThreshold } from './build-match.ts';
import { cutObjects, huntShards } from './hunt-shards.ts';

const START = Date.UTC(2026, 1, 1);
const fieldTypes = createFieldTypes();
const LISTED_AT = '2026-03-01T00:00:00Z';

const QUERY = { type: 'query', new_terms_fields: null, history_window_start: null } as const;
const EQL = { type: 'eql', language: 'eql', new_terms_fields: null, history_window_start: null } as const;

/** Of the rules that name the list alone: of them some, never those of another. */
const EXCEPTIONS: ExceptionSet = {
  lists: [{ list_id: 'l' }],
  items: [
    {
      item_id: 'i',
      list_id: 'l',
      name: 'i',
      entries: [{ field: 'user.name', type: 'match', operator: 'included', value: 'root' }],
    },
  ],
  value_lists: {},
};
const EXCEPTED = { exceptions_list: [{ list_id: 'l', type: 'detection', namespace_type: 'single' }] };
const BY_HOST = { group_by: ['host.id'], missing_fields_strategy: 'suppress' } as const;
const BY_USER = { group_by: ['user.name'], missing_fields_strategy: 'doNotSuppress' } as const;

/** Of every type, with clauses that several of them ask, literals that are rare, common and missing, and one that fails on some events. */
const POOL: readonly Rule[] = [
  { query: 'process.name: "aws" and event.category: "process"' },
  { query: 'process.name: "aws" and event.category: "process"', new_terms_fields: ['user.name'] },
  { ...QUERY, query: 'event.category: "process" and process.name: ("aws" or "curl")' },
  { ...QUERY, query: 'not process.name: "bash"' },
  { ...QUERY, query: 'process.command_line: *send-command*' },
  { ...QUERY, query: 'message: "never written"' },
  { ...EQL, query: 'process where process.name : ("AWS", "cu*") and user.name != "root"' },
  { ...EQL, query: 'process where process.command_line : "*SEND*" or number(process.command_line) == 7' },
  { ...EQL, query: 'any where length(process.command_line) > 12' },
  {
    type: 'threshold',
    new_terms_fields: null,
    history_window_start: null,
    query: 'event.category: "process"',
    threshold: buildThreshold({ value: 2 }),
  } as const,
  {
    ...QUERY,
    query: 'event.category: "process"',
    alert_suppression: { ...BY_HOST, duration: { value: 1, unit: 'h' } },
  },
  { ...QUERY, query: 'event.category: "process"', alert_suppression: BY_USER },
  { ...EQL, query: 'any where process.name : "aws"', alert_suppression: BY_HOST, ...EXCEPTED },
  { query: 'process.name: "aws"', alert_suppression: { ...BY_USER, duration: { value: 2, unit: 'h' } } },
  {
    type: 'threshold',
    new_terms_fields: null,
    history_window_start: null,
    query: 'event.category: "process"',
    threshold: buildThreshold({ value: 1 }),
    alert_suppression: { group_by: [], missing_fields_strategy: 'suppress', duration: { value: 1, unit: 'h' } },
  },
  { ...QUERY, query: 'event.category: "process"', ...EXCEPTED },
  { query: 'process.name: "aws" and event.category: "process"', ...EXCEPTED },
  {
    ...QUERY,
    query: 'event.category: "process"',
    rule_name_override: 'process.name',
    severity_mapping: [{ field: 'user.name', value: 'root', operator: 'equals', severity: 'critical' }],
    risk_score_mapping: [{ field: 'process.command_line', value: '', operator: 'equals' }],
  },
  { ...QUERY, query: 'event.category: "process"', timestamp_override: 'event.ingested' },
  { query: 'process.name: *', timestamp_override: 'event.ingested', timestamp_override_fallback_disabled: true },
  {
    type: 'threshold',
    new_terms_fields: null,
    history_window_start: null,
    query: 'event.category: "process"',
    threshold: buildThreshold({ value: 2 }),
    timestamp_override: 'event.ingested',
  },
].map((over, number) => buildRule({ ...(over as Partial<Rule>), rule_id: `rule-${number}`, name: `Rule ${number}` }));

const events = fc.array(
  fc.record({
    object: fc.nat(1),
    minute: fc.nat(300),
    name: fc.constantFrom('aws', 'AWS', 'bash', 'curl', ''),
    command: fc.constantFrom('7', 'aws ssm send-command', 'ls', 'curl -fsS http://localhost'),
    category: fc.constantFrom('process', 'file'),
    host: fc.constantFrom('h1', 'h2'),
    user: fc.constantFrom('root', 'ada', undefined),
    late: fc.constantFrom(undefined, 1, 40),
  }),
  { minLength: 1, maxLength: 30 },
);

function toDocument(event: Record<string, unknown>): Document {
  const at = (minute: number): string => new Date(START + minute * 60_000).toISOString();
  const minute = Number(event['minute']);
  const late = event['late'];
  return {
    '@timestamp': at(minute),
    event: {
      category: [String(event['category'])],
      ...(late === undefined ? {} : { ingested: at(minute + Number(late)) }),
    },
    host: { id: String(event['host']) },
    process: { name: String(event['name']), command_line: String(event['command']) },
    ...(event['user'] === undefined ? {} : { user: { name: String(event['user']) } }),
  };
}

it.each(['complete', 'parity'] as const)('in mode %s each rule raises what its own hunt raises', async (mode) => {
  const seen = { alerts: 0 };
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.uniqueArray(fc.nat(POOL.length - 1), { minLength: 1, maxLength: 6 }),
      fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }), { minLength: 2, maxLength: 2 }),
      fc.boolean(),
      async (all, picked, cuts, prefilter) => {
        const bodies: Record<string, string> = { 'a.ndjson': '', 'b.ndjson': '' };
        for (const event of all) {
          bodies[event.object === 0 ? 'a.ndjson' : 'b.ndjson'] += `${JSON.stringify(toDocument(event))}\n`;
        }
        const shards = cutObjects(bodies, cuts);
        const hunt = async (rules: readonly Rule[]): Promise<readonly string[]> => {
          const { options } = buildQuestion(rules);
          const question = buildQuestion(rules, { mode, exceptions: EXCEPTIONS, options: { ...options, prefilter } });
          const compiled = rules.map((rule) => compileRule(rule, { fieldTypes, exceptions: EXCEPTIONS }));
          const { store } = await huntShards(bodies, shards, { question, rules: compiled, listedAt: LISTED_AT });
          const text = Buffer.from(store.files.get('alerts.ndjson') ?? []).toString();
          return text.split('\n').filter((line) => line !== '');
        };
        const rules = picked.flatMap((number) => POOL[number] ?? []);
        const together = await hunt(rules);
        seen.alerts += together.length;
        for (const rule of rules) {
          const own = await hunt([rule]);
          const mine = together.filter((line) => ruleIdOf(line) === rule.rule_id);
          expect(mine).toEqual(own);
        }
      },
    ),
    { numRuns: 8 },
  );
  expect(seen.alerts).toBeGreaterThan(10);
});

function ruleIdOf(line: string): unknown {
  const alert = JSON.parse(line) as Record<string, unknown>;
  return alert['kibana.alert.rule.rule_id'];
}
