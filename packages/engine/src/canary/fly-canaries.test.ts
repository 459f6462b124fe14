import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compileRule, createFieldTypes, type CompiledRule, type Rule } from '@coldhunt/rules';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { createMemorySource, uriOf, type Content } from '../../test/memory-source.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { runHunt } from '../hunt/run-hunt.ts';
import { runIdOf, type ArchiveQuestion } from '../question/output.ts';
import type { CanaryFile, RuleCanary } from './fly-canaries.ts';
import { synthesizeEvent } from './synthesize-event.ts';
import { scanAll } from '../../test/scan-all.ts';

function compile(query: string, over: Partial<Rule> = {}): CompiledRule {
  const rule = buildRule({ type: 'query', query, ...over });
  return compileRule(rule, { fieldTypes: createFieldTypes({}), exceptions: { lists: [], items: [], value_lists: {} } });
}

interface Flown extends RuleCanary {
  readonly store: MemoryStore;
}

async function fly(
  objects: Readonly<Record<string, Content>>,
  rule: CompiledRule,
  archive: Partial<ArchiveQuestion> = {},
): Promise<Flown> {
  const plain = buildQuestion([rule.rule]);
  const question = { ...plain, archives: plain.archives.map((each) => ({ ...each, ...archive })) };
  const run = { ...buildRun(question), run_id: runIdOf(question), canary: true };
  const store = createMemoryStore();
  const sources = [createMemorySource(objects)];
  const { summary } = await runHunt({
    run,
    rules: [rule],
    store,
    sources,
    startedAtMs: Date.UTC(2026, 2, 1),
    runShards: scanAll({ rules: [rule], sources, store }),
  });
  const file = JSON.parse(Buffer.from(store.files.get('canary.json') ?? []).toString()) as CanaryFile;
  const [found] = file.rules;
  if (found === undefined) throw new Error('no canary');
  expect(summary.canary).toBeDefined();
  expect(summary.alerts.count).toBe(0);
  return { ...found, store };
}

const quiet = { '@timestamp': '2026-02-01T00:00:00Z', process: { name: 'ls', args: ['ls'] }, host: { id: 'h1' } };
const text = JSON.stringify(quiet);
const string = (key: string): string => `${JSON.stringify({ [key]: text })}\n`;
const FORMS: Readonly<Record<string, Content>> = {
  ndjson: `${text}\n${text}\n`,
  gzip: gzipSync(`${text}\n`),
  zstd: zstdCompressSync(`${text}\n`),
  array: `[${text},\n${text}]`,
  records: `{"Records":[${text}]}`,
  concatenated: `${JSON.stringify(quiet, null, 2)}\n${JSON.stringify(quiet, null, 2)}\n`,
  tagged: `2026-02-01T00:00:00Z\tapp\t${text}\n`,
  bulk: `{"create":{}}\n${text}\n`,
  elasticdump: `${JSON.stringify({ _index: 'i', _id: '1', _source: quiet })}\n`,
  es_archiver: `${JSON.stringify({ type: 'doc', value: { id: '1', index: 'i', source: quiet } })}\n`,
  chainsaw: `${JSON.stringify({ document: { kind: 'json', data: quiet } })}\n`,
  message: string('message'),
  raw: string('_raw'),
  log: string('log'),
};

describe('a canary', () => {
  it.each(Object.entries(FORMS))('fires in an archive of %s', async (name, content) => {
    const found = await fly(
      { [name]: content },
      compile('process.name: "aws" and process.args: (ssm and "send-command")'),
    );
    expect(found.flights).toMatchObject([{ like: uriOf(name), fired: true, why: null, objects: 1 }]);
    expect(found.state).toBe('fired');
  });

  it('flies once in each form that was seen, and names how many objects have it', async () => {
    const { ndjson = '', gzip = '' } = FORMS;
    const found = await fly({ a: ndjson, b: ndjson, c: gzip }, compile('process.name: "aws"'));
    expect(found.flights.map(({ compression, objects }) => [compression, objects])).toEqual([
      ['gzip', 1],
      ['none', 2],
    ]);
  });

  it('is silent where a Parquet file has no column for what the rule asks, and says which', async () => {
    const parquet = (names: readonly string[]): Uint8Array =>
      new Uint8Array(
        parquetWriteBuffer({ columnData: names.map((name) => ({ name, data: ['x'], type: 'STRING' as const })) }),
      );
    const rule = compile('process.name: "aws" and user.name: root');
    const whole = await fly({ a: parquet(['@timestamp', 'process.name', 'user.name']) }, rule);
    expect(whole).toMatchObject({ state: 'fired' });
    const without = await fly({ a: parquet(['@timestamp', 'process.name']) }, rule);
    expect(without).toMatchObject({ state: 'silent', flights: [{ fired: false, why: 'no column gives user.name' }] });
  });

  it('is silent where the index of the archive fits no pattern of the rule', async () => {
    const rule = compile('process.name: "aws"', { index: ['logs-endpoint.*'] });
    const found = await fly({ a: FORMS['ndjson'] ?? '' }, rule, { index: 'winlogbeat-8' });
    expect(found).toMatchObject({ state: 'silent' });
    expect(found.flights[0]?.why).toContain('winlogbeat-8');
  });

  it('that cannot be made is said to be none', async () => {
    const found = await fly({ a: FORMS['ndjson'] ?? '' }, compile('process.name: "aws" and not process.name: "aws"'));
    expect(found).toMatchObject({ state: 'not-made', flights: [] });
  });

  it('leaves nothing in any result', async () => {
    const { store } = await fly({ a: FORMS['ndjson'] ?? '' }, compile('process.name: "aws"'));
    for (const [path, bytes] of store.files) {
      if (path !== 'canary.json' && path !== 'run.json' && path !== 'report.html') {
        expect(Buffer.from(bytes).includes('"aws"'), path).toBe(false);
      }
    }
  });
});

describe('an event made up for a rule', () => {
  const nowMs = Date.UTC(2026, 1, 1);

  it.each([
    'process.name: (aws or az) and not process.parent.name: cron',
    'process.command_line: *ssm*send-command*',
    'event.category: process and process.pid >= 1000 and process.pid < 1002',
    'source.ip: 10.0.0.0/8 and destination.port: (80 or 443)',
    'host.os.type: linux and event.type: (start or process_started) and process.args: (-c and "/dev/tcp/*")',
    'not (user.name: root or user.id: 0) and process.executable: /tmp/*.sh',
    'file.path: C\\:\\\\Windows\\\\*\\\\evil.dll',
  ])('satisfies %s', (query) => {
    expect(synthesizeEvent(compile(query), nowMs, [])).not.toBeNull();
  });

  it.each([
    'process where process.name : "cmd.exe" and process.args : ("/c", "/k") and not user.id == "S-1-5-18"',
    'process where event.type == "start" and process.command_line like~ "*-enc*" and length(process.name) > 3',
    'any where host.os.type == "windows" and startsWith(process.name, "power")',
  ])('satisfies EQL: %s', (query) => {
    const rule = compile(query, { type: 'eql', language: 'eql' });
    expect(synthesizeEvent(rule, nowMs, [])).not.toBeNull();
  });
});
