// The rule that comes with coldhunt, by what is known of it, and on small events of every kind that it tells apart.

import { readFileSync } from 'node:fs';
import { viewDocument, type Document } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../compile-rule.ts';
import { createFieldTypes } from '../fields/field-types.ts';
import { builtinRules } from './builtin-rules.ts';

const FOLDER = new URL('../../rules-builtin/', import.meta.url);
const fieldTypes = createFieldTypes();

describe('the built-in rules', () => {
  const rules = builtinRules(fieldTypes);
  const [rule] = rules;
  if (rule === undefined) throw new Error('there is no built-in rule');
  const compiled = compileRule(rule, { fieldTypes });

  it('are the first rule, as Elastic publishes it', () => {
    expect(rules.length).toBe(1);
    expect(rule).toMatchObject({
      rule_id: 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc',
      name: 'AWS SSM `SendCommand` with Run Shell Command Parameters',
      type: 'new_terms',
      language: 'kuery',
      new_terms_fields: ['host.id'],
      history_window_start: 'now-7d',
      interval: '5m',
      from: 'now-9m',
      to: 'now',
      max_signals: 100,
      timestamp_override: 'event.ingested',
      severity: 'medium',
      risk_score: 47,
      index: ['logs-endpoint.events.*', 'endgame-*', 'auditbeat-*', 'logs-auditd_manager.auditd-*'],
      author: ['Elastic'],
      license: 'Elastic License v2',
      tags: [
        'Domain: Endpoint',
        'Domain: Cloud',
        'OS: Linux',
        'OS: macOS',
        'OS: Windows',
        'Use Case: Threat Detection',
        'Tactic: Execution',
        'Data Source: Elastic Defend',
        'Data Source: Elastic Endgame',
        'Data Source: Auditd Manager',
        'Resources: Investigation Guide',
      ],
    });
    expect(rule.references.length).toBe(2);
    expect(rule.false_positives.length).toBeGreaterThan(0);
  });

  it('name tactic and techniques, and what to look at', () => {
    const threat = JSON.stringify(rule.threat);
    for (const id of ['TA0002', 'T1059', 'T1059.001', 'T1059.004', 'T1651']) expect(threat).toContain(`"id":"${id}"`);
    expect(rule.investigation_fields).toMatchObject({
      field_names: expect.arrayContaining([
        '@timestamp',
        'process.command_line',
        'process.args',
        'process.hash.sha256',
      ]),
    });
  });

  it('stand beside their licence and where they come from', () => {
    expect(readFileSync(new URL('LICENSE.txt', FOLDER), 'utf8')).toContain('Elastic License 2.0');
    expect(readFileSync(new URL('NOTICE.md', FOLDER), 'utf8')).toContain('Elastic');
  });

  it('run without warnings, and need what they ask for', () => {
    expect(compiled.warnings).toEqual([]);
    expect(compiled.neededFields).toEqual(expect.arrayContaining([['process.name'], ['process.args'], ['host.id']]));
  });

  const args = ['aws', 'ssm', 'send-command', '--parameters', 'commands=id', 'AWS-RunShellScript'];
  const event = (over: Record<string, Document[string]> = {}): Document => ({
    event: { category: ['process'], type: ['start'], action: over['action'] ?? 'exec' },
    host: { id: 'h1', os: { type: over['os'] ?? 'linux' } },
    process: { name: over['name'] ?? 'aws', args: over['args'] ?? args },
  });
  const without = (text: string): string[] => args.filter((each) => each !== text);

  it.each<[string, Document, boolean]>([
    ['Linux, exec', event(), true],
    ['Linux, executed', event({ action: 'executed' }), true],
    ['Linux, fork', event({ action: 'fork' }), false],
    ['Windows, whatever the action', event({ os: 'windows', action: 'start' }), true],
    ['macOS, whatever the action', event({ os: 'macos', action: 'fork' }), true],
    ['another system', event({ os: 'ios' }), false],
    ['another program', event({ name: 'awscli' }), false],
    ['PowerShell', event({ args: [...without('AWS-RunShellScript'), 'AWS-RunPowerShellScript'] }), true],
    ['no document', event({ args: without('AWS-RunShellScript') }), false],
    ['no commands', event({ args: without('commands=id') }), false],
    ['no parameters', event({ args: without('--parameters') }), false],
    ['another subcommand', event({ args: without('send-command') }), false],
    ['one argument for all', event({ args: args.join(' ') }), false],
  ])('%s', (_name, document, expected) => {
    expect(compiled.matches(viewDocument(document), 0)).toBe(expected);
    expect(compiled.terms(viewDocument(document))).toEqual([['h1']]);
  });
});
