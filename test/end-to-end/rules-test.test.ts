// Cases beside rules, run by the real command.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const RULE = `[rule]
name = "First <aws>"
description = "d"
rule_id = "11111111-1111-4111-8111-111111111111"
type = "new_terms"
language = "kuery"
severity = "low"
risk_score = 1
author = []
query = 'process.name: "aws"'
[rule.new_terms]
field = "new_terms_fields"
value = ["host.id"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-7d"
`;
const EVENT = { '@timestamp': '2026-01-01T00:00:00Z', host: { id: 'a' }, process: { name: 'aws' } };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-rules-test-'));
  await writeFile(join(folder, 'first.toml'), RULE);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('coldhunt rules test', () => {
  it('passes the cases that come with the built-in rules', async () => {
    const { code, stdout } = await coldhunt(['rules', 'test']);
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/4 cases of 1 rule, 0 failed\n$/);
  });

  it('says which alerts are missing and which were not expected, and writes what a CI reads', async () => {
    const cases = [
      { name: 'as it is', events: [EVENT], alerts: [{ time: '2026-01-01T00:00:00Z', terms: ['a'] }] },
      { name: 'another host & time', events: [EVENT], alerts: [{ time: '2026-01-01T00:00:00Z', terms: ['b'] }] },
      { name: 'as the live rule', mode: 'parity', events: [EVENT], alerts: ['2026-01-01T00:00:00Z'] },
    ];
    await writeFile(join(folder, 'first.tests.ndjson'), cases.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const junit = join(folder, 'results.xml');
    const { code, stdout } = await coldhunt(['rules', 'test', folder, '--junit', junit]);
    expect(code, stdout).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'passed  First <aws>: as it is',
      'FAILED  First <aws>: another host & time',
      '    no alert at 2026-01-01T00:00:00.000Z b',
      '    an alert at 2026-01-01T00:00:00.000Z a that was not expected',
      'passed  First <aws>: as the live rule',
      '3 cases of 1 rule, 1 failed',
      '',
    ]);
    const report = await readFile(junit, 'utf8');
    expect(report).toContain('<testsuites tests="3" failures="1">');
    expect(report).toContain('name="another host &amp; time"');
    expect(report).not.toContain('First <aws>');
    // Cases are no rules.
    expect((await coldhunt(['rules', 'list', folder])).stdout).toContain('1 rule: 1 ready, 0 unsupported, 0 invalid');
  });

  it.each([
    ['cases without events', '{"name":"x","events":[],"alerts":[]}', 'events: found []: expected at least 1 entry'],
    ['a time that is none', '{"name":"x","events":[{}],"alerts":["yesterday"]}', 'yesterday'],
    ['a word that it does not know', '{"name":"x","events":[{}],"alerts":[],"expect":1}', 'unknown key "expect"'],
    ['a line that is no JSON', '{"name":', ':1: '],
  ])('refuses %s, with the place', async (_what, line, message) => {
    await writeFile(join(folder, 'first.tests.ndjson'), line);
    const { code, stderr } = await coldhunt(['rules', 'test', join(folder, 'first.toml')]);
    expect(code).toBe(2);
    expect(stderr).toContain('first.tests.ndjson:1');
    expect(stderr).toContain(message);
  });
});
