import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunStore } from '@coldhunt/core';
import { groupAlerts } from '../group-alerts.ts';
import { createRedaction } from './redact-run.ts';
import { createReplaceValues } from './replace-values.ts';

const KEY = Buffer.from('a key of sixteen and more bytes');

function storeOf(alerts: readonly unknown[]): RunStore {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const alert of alerts) yield Buffer.from(`${JSON.stringify(alert)}\n`);
  }
  return { uri: 'memory', stream } as unknown as RunStore;
}

async function redacted(
  alerts: readonly unknown[],
  options: { redact?: string[]; pseudonymise?: string[]; key?: Uint8Array },
): Promise<string[]> {
  const redaction = await createRedaction(storeOf(alerts), { redact: [], pseudonymise: [], key: KEY, ...options });
  return Array.fromAsync(redaction.lines());
}

describe('a redacted run', () => {
  const alerts = [
    {
      '@timestamp': '2026-02-01T00:00:00.000Z',
      'kibana.alert.reason': 'by Jonas on WS-1 created alert',
      'kibana.alert.new_terms': [1001],
      'coldhunt.explanation': [{ clause: 'user.id:1001', field: 'user.id', values: [1001] }],
      'coldhunt.evidence': { uri: 's3://b/ws-1/2026/a.gz', offset: 1001 },
      user: { name: 'jonas', id: 1001 },
      host: { name: 'ws-1' },
      process: { args: ['\\\\WS-1\\c$', 'jonas@ws-1.example', 'jonasson'], pid: 1001 },
    },
    { 'user.name': ['amara', 'jonas'], message: 'jonas was here' },
  ];

  it('holds no value of the fields, wherever it stood, and leaves the rest', async () => {
    const [first = '', second = ''] = await redacted(alerts, {
      redact: ['user.id'],
      pseudonymise: ['user.name', 'host.name'],
    });
    expect(first + second).not.toMatch(/jonas\b|amara|ws-1/i);
    const alert = JSON.parse(first) as Record<string, never>;
    expect(alert['kibana.alert.new_terms']).toEqual(['[redacted]']);
    expect(alert['user']).toEqual({ name: expect.stringMatching(/^user-[0-9a-f]{12}$/), id: '[redacted]' });
    expect(alert['coldhunt.evidence']).toMatchObject({ offset: 1001 });
    expect(alert['process']).toMatchObject({
      pid: 1001,
      args: [expect.stringMatching(/^\\\\host-[0-9a-f]{12}\\c\$$/), expect.any(String), 'jonasson'],
    });
    expect(alert['@timestamp']).toBe('2026-02-01T00:00:00.000Z');
  });

  it('has the same pseudonym for the same value and key, and another one for another key', async () => {
    const once = await redacted(alerts, { pseudonymise: ['user.name'] });
    expect(await redacted(alerts, { pseudonymise: ['user.name'] })).toEqual(once);
    expect(await redacted(alerts, { pseudonymise: ['user.name'], key: Buffer.from('another') })).not.toEqual(once);
  });

  it('redacts what tells of the run, keys and all', async () => {
    const redaction = await createRedaction(storeOf(alerts), { redact: [], pseudonymise: ['host.name'], key: KEY });
    const summary = redaction.value({
      by_host: { 'WS-1': 2 },
      listed_at: '2026-02-01T00:00:00Z',
      warnings: ['ws-1, other'],
    });
    expect(JSON.stringify(summary)).not.toMatch(/ws-1/i);
    expect(summary.listed_at).toBe('2026-02-01T00:00:00Z');
  });

  it('never leaves a value of letters behind as a word of its own', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '$', ' '), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.array(word, { maxLength: 6 }), (values, parts) => {
        const replace = createReplaceValues(new Map(values.map((value) => [value, '#'])));
        const text = parts.join('/');
        for (const part of replace(text).split('/'))
          expect(values.filter((value) => /[ab]/.test(value))).not.toContain(part);
      }),
    );
  });
});

describe('groups of alerts', () => {
  async function* lines(alerts: readonly unknown[]): AsyncGenerator<string> {
    for (const alert of alerts) yield JSON.stringify(alert);
  }
  const alerts = Array.from({ length: 30 }, (_, number) => ({
    '@timestamp': `2026-02-${String(1 + (number % 28)).padStart(2, '0')}T00:00:00.000Z`,
    'kibana.alert.uuid': String(number),
    'kibana.alert.rule.rule_id': number < 20 ? 'a' : 'b',
    'kibana.alert.new_terms': ['x', number % 2 === 0 ? 'y' : 'z'],
    'coldhunt.baseline': number % 3 === 0 ? 'cold' : 'complete',
    host: { name: `h${number}` },
  }));

  it('are by rule and terms, the largest first, split by baseline', async () => {
    const groups = await groupAlerts(lines(alerts));
    expect(
      groups.map(({ group, alerts: number }) => [
        group?.['kibana.alert.rule.rule_id'],
        group?.['kibana.alert.new_terms'],
        number,
      ]),
    ).toEqual([
      ['a', 'x\ny', 10],
      ['a', 'x\nz', 10],
      ['b', 'x\ny', 5],
      ['b', 'x\nz', 5],
    ]);
    expect(groups[0]).toMatchObject({
      by_baseline: { cold: 4, complete: 6 },
      more_hosts: false,
      uuids: ['0', '2', '4', '6', '8'],
    });
  });

  it('lose no alert where there are too many of them', async () => {
    const groups = await groupAlerts(lines(alerts), ['host.name'], 10);
    expect(groups).toHaveLength(11);
    expect(groups.at(-1)).toMatchObject({ group: null, alerts: 20 });
    expect(groups.reduce((sum, { alerts: number }) => sum + number, 0)).toBe(30);
  });
});
