import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsOf, type JsonObject } from '@coldhunt/page';
import { ocsfFile } from './ocsf.ts';

const SCHEMA = z.fromJSONSchema(
  JSON.parse(
    await readFile(new URL('../../../test/ocsf/detection-finding.schema.json', import.meta.url), 'utf8'),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);

const ALERT = {
  '@timestamp': '2026-02-01T00:00:00.123Z',
  'kibana.alert.uuid': 'u1',
  'kibana.alert.reason': 'why',
  'kibana.alert.severity': 'high',
  'kibana.alert.risk_score': 73,
  'kibana.alert.original_time': '2026-02-01T00:00:00.123Z',
  'kibana.alert.rule.rule_id': 'r1',
  'kibana.alert.rule.name': 'A rule',
  'kibana.alert.rule.type': 'new_terms',
  'kibana.alert.new_terms': ['a', 'b'],
  'kibana.alert.rule.threat': [
    {
      framework: 'MITRE ATT&CK',
      tactic: { id: 'TA0002', name: 'Execution' },
      technique: [{ id: 'T1059', name: 'Interpreter', subtechnique: [{ id: 'T1059.004', name: 'Unix Shell' }] }],
    },
  ],
  'coldhunt.evidence': { uri: 's3://b/k', offset: 5, length: 9, sha256: 'f' },
  host: { name: 'web-1', id: 'h1', os: { type: 'linux' }, ip: ['10.0.0.1', '::1'] },
  user: { name: 'root', id: '0' },
  source: { ip: '10.0.0.9', port: 50_000 },
  file: { path: '/tmp/x' },
  process: { name: 'sh', pid: 7, command_line: 'sh -c id', args: ['sh', '-c', 'id'], parent: { name: 'cron', pid: 1 } },
};

async function findings(alerts: readonly unknown[]): Promise<JsonObject[]> {
  async function* lines(): AsyncGenerator<string> {
    for (const alert of alerts) yield JSON.stringify(alert);
  }
  const text = Buffer.concat(await Array.fromAsync(ocsfFile(lines()))).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const finding = JSON.parse(line) as JsonObject;
      SCHEMA.parse(finding);
      return finding;
    });
}

describe('ocsf', () => {
  it('is a Detection Finding with what the class has a place for', async () => {
    const [finding] = await findings([ALERT]);
    expect(finding).toMatchObject({
      class_uid: 2004,
      category_uid: 2,
      type_uid: 200401,
      severity_id: 4,
      time: Date.parse(ALERT['@timestamp']),
      message: 'why',
      risk_score: 73,
      finding_info: {
        uid: 'u1',
        title: 'A rule',
        analytic: { uid: 'r1', type_id: 1 },
        attacks: [
          {
            tactic: { uid: 'TA0002' },
            technique: { uid: 'T1059' },
            sub_technique: { uid: 'T1059.004', name: 'Unix Shell' },
          },
        ],
      },
      device: { name: 'web-1', uid: 'h1', os: { type_id: 200 } },
      evidences: [
        {
          actor: { user: { name: 'root', uid: '0' }, process: { name: 'cron', pid: 1 } },
          process: { name: 'sh', pid: 7, cmd_line: 'sh -c id' },
          src_endpoint: { ip: '10.0.0.9', port: 50_000 },
          file: { name: 'x', path: '/tmp/x' },
          data: { evidence: { uri: 's3://b/k' } },
        },
      ],
      unmapped: {
        'kibana.alert.new_terms': ['a', 'b'],
        'host.ip': ['10.0.0.1', '::1'],
        'process.args': ['sh', '-c', 'id'],
        'coldhunt.evidence.offset': '5',
      },
    });
  });

  it('refuses what is no finding', () => {
    expect(SCHEMA.safeParse({ class_uid: 2004 }).success).toBe(false);
  });

  it('is one whatever an alert holds, and loses none of its values', async () => {
    const names = [
      '@timestamp',
      'kibana.alert.severity',
      'kibana.alert.uuid',
      'host.name',
      'host.os.type',
      'process.pid',
    ];
    const alert = fc.dictionary(
      fc.oneof(fc.constantFrom(...names, 'process.name', 'source.port', 'file.path', 'user.id', 'other'), fc.string()),
      fc.oneof(fc.string(), fc.integer(), fc.constantFrom('high', '2026-02-01T00:00:00.000Z'), fc.array(fc.string())),
    );
    await fc.assert(
      fc.asyncProperty(alert, async (given) => {
        const [finding] = await findings([given]);
        const told = new Set([...fieldsOf(finding ?? {}).values()].flat());
        for (const [name, values] of fieldsOf(given)) {
          const isTime = name === '@timestamp' && told.has(String(Date.parse(values[0] ?? '')));
          const isSeverity = name === 'kibana.alert.severity' && values[0] === 'high';
          if (!isTime && !isSeverity) for (const value of values) expect(told).toContain(value);
        }
      }),
      { numRuns: 200 },
    );
  });
});
