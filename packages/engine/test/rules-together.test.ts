// Rules do not influence each other: what a hunt with many of them raises for one is, byte for byte, what its own hunt raises.

import type { Document } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule } from '@coldhunt/rules';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildQuestion, buildRule, buildThreshold } from './build-match.ts';
import { cutObjects, huntShards } from './hunt-shards.ts';

const START = Date.UTC(2026, 1, 1);
const fieldTypes = createFieldTypes();
const LISTED_AT = '2026-03-01T00:00:00Z';

const QUERY = { type: 'query', new_terms_fields: null, history_window_start: null } as const;
const EQL = { type: 'eql', language: 'eql', new_terms_fields: null, history_window_start: null } as const;

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
  }),
  { minLength: 1, maxLength: 30 },
);

function toDocument(event: Record<string, unknown>): Document {
  return {
    '@timestamp': new Date(START + Number(event['minute']) * 60_000).toISOString(),
    event: { category: [String(event['category'])] },
    host: { id: String(event['host']) },
    process: { name: String(event['name']), command_line: String(event['command']) },
    ...(event['user'] === undefined ? {} : { user: { name: String(event['user']) } }),
  };
}

it('raises for each rule what its own hunt raises, whichever others are there', async () => {
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
          const question = buildQuestion(rules, { options: { ...options, prefilter } });
          const compiled = rules.map((rule) => compileRule(rule, { fieldTypes }));
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
    { numRuns: 12 },
  );
  expect(seen.alerts).toBeGreaterThan(10);
});

function ruleIdOf(line: string): unknown {
  const alert = JSON.parse(line) as Record<string, unknown>;
  return alert['kibana.alert.rule.rule_id'];
}
