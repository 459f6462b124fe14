import { gzipSync } from 'node:zlib';
import { InputError, openSeal, sealJson, sha256Hex } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource, type Content } from '../../test/memory-source.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { runHunt } from '../hunt/run-hunt.ts';
import { runIdOf } from '../question/output.ts';
import { readManifest } from '../report/manifest.ts';
import type { Finding } from './finding.ts';
import { verifyRun, type Verification, type VerifyOptions } from './verify-run.ts';
import { scanAll } from '../../test/scan-all.ts';

const rule = buildRule({ new_terms_fields: ['host.id'] });
const other = buildRule({ rule_id: 'rule-2', type: 'query' });
const rules = [compileEquality(rule), compileEquality(other, { value: 'gcloud' })];

function event(host: string, over: Record<string, unknown> = {}): string {
  return JSON.stringify({ '@timestamp': '2026-02-01T00:00:00Z', 'process.name': 'aws', 'host.id': host, ...over });
}

const noise = event('h9', { 'process.name': 'ls', padding: 'x'.repeat(2_000) });
const objects: Readonly<Record<string, Content>> = {
  'a.ndjson': `${event('h1')}\n${noise}\n${event('h2')}\n`,
  'b.json.gz': gzipSync(`${noise}\n${event('h3')}\n${event('h1')}\n`),
  'c.json': `[${event('h4')},\n ${event('h5', { 'process.name': 'gcloud' })}]`,
  // Too large to be read whole for a line.
  'd.ndjson': `${event('h6')}\n${`${noise}\n`.repeat(2_500)}${event('h7')}\n`,
};

async function hunted(extras: { readonly hash_objects?: boolean } = {}): Promise<MemoryStore> {
  const store = createMemoryStore();
  const run = { ...runOf(), ...extras };
  const sources = [createMemorySource(objects)];
  await runHunt({
    run,
    rules,
    store,
    sources,
    startedAtMs: Date.UTC(2026, 2, 1),
    runShards: scanAll({ rules, sources, store }),
  });
  return store;
}

function runOf(): ReturnType<typeof buildRun> {
  const question = buildQuestion([rule, other]);
  return { ...buildRun(question), run_id: runIdOf(question) };
}

interface Verified extends Verification {
  readonly findings: readonly Finding[];
}

async function verify(
  store: MemoryStore,
  archive: Readonly<Record<string, Content>> | null = objects,
  asked: Pick<VerifyOptions, 'isListingAgain' | 'manifest'> = {},
): Promise<Verified> {
  const findings: Finding[] = [];
  const before = new Map(store.files);
  const scratch = createMemoryStore();
  const sources = archive === null ? null : [createMemorySource(archive)];
  const tell = (finding: Finding): void => void findings.push(finding);
  const verification = await verifyRun({ run: runOf(), store, rules, sources, scratch, ...asked, tell });
  expect(new Map(store.files)).toEqual(before);
  return { ...verification, findings };
}

const whole = await hunted();

function changed(path: string | RegExp, change: (bytes: Buffer) => Uint8Array | null): MemoryStore {
  const store = createMemoryStore();
  for (const [name, bytes] of whole.files) {
    const isMeant = typeof path === 'string' ? name === path : path.test(name);
    const now = isMeant ? change(Buffer.from(bytes)) : bytes;
    if (now !== null) store.files.set(name, now);
  }
  return store;
}

function replaced(bytes: Buffer, from: string, to: string): Uint8Array {
  expect(bytes.includes(from)).toBe(true);
  return Buffer.from(bytes.toString().replace(from, to));
}

describe('a run that nothing was done to', () => {
  it('holds: plain, compressed, in an array, and in a large object', async () => {
    const found = await verify(whole);
    expect(found).toMatchObject({ state: 'holds', wrong: 0, unchecked: 0, evidence: 8, findings: [] });
    expect(found.records).toBeGreaterThan(0);
  });

  it('holds without its archive, of which nothing is said', async () => {
    expect(await verify(whole, null)).toMatchObject({ state: 'holds', evidence: null, listing: null });
  });
});

describe('a run with a changed file', () => {
  it.each<[string, string | RegExp, (bytes: Buffer) => Uint8Array | null, RegExp]>([
    ['a record that was altered', /ledger\.json$/, (b) => b.map((x, at) => (at === 40 ? x ^ 1 : x)), /damaged/],
    ['a record that is gone', /ledger\.json$/, () => null, /is gone/],
    [
      'a record that was written anew',
      /ledger\.json$/,
      (b) => sealJson(openSeal(b, '').replace('"warnings":[]', '"warnings":["x"]')),
      /not the record that this reduction began with/,
    ],
    [
      'coverage that says more',
      'coverage.json',
      (b) => replaced(b, '"scanned": 4', '"scanned": 5'),
      /another coverage/,
    ],
    ['coverage with something added', 'coverage.json', (b) => Buffer.concat([b, Buffer.from(' ')]), /another coverage/],
    ['an alert taken away', 'alerts.ndjson', (b) => b.subarray(b.indexOf('\n') + 1), /other lines/],
    ['an alert that says something else', 'alerts.ndjson', (b) => replaced(b, '"medium"', '"low"'), /other lines/],
    ['unkeyed events that are gone', 'unkeyed.ndjson', () => null, /is gone/],
    [
      'counts that say less',
      'reduce/done.json',
      (b) => sealJson(openSeal(b, '').replace('"alerts": 6', '"alerts": 5')),
      /other counts/,
    ],
  ])('does not hold with %s', async (_what, path, change, message) => {
    const found = await verify(changed(path, change));
    expect(found.state).toBe('wrong');
    expect(found.findings.map((finding) => finding.message).join('\n')).toMatch(message);
  });

  it('is nothing to verify before it is finished', async () => {
    await expect(verify(changed('summary.json', () => null))).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
  });
});

describe('evidence', () => {
  it.each<[string, string, string, RegExp]>([
    ['with another hash', '"sha256":"', '"sha256":"0', /its bytes hash to/],
    ['at another place', '"offset":0', '"offset":1', /no event lies there/],
    ['of another version', '"etag":"e"', '"etag":"f"', /another version/],
    [
      'of an object that was never planned',
      'archive/a.ndjson',
      'archive/z.ndjson',
      /the plan does not have this object/,
    ],
    [
      'of another rule',
      '"kibana.alert.rule.rule_id":"rule-1"',
      '"kibana.alert.rule.rule_id":"rule-2"',
      /does not match/,
    ],
    ['with another time', '"@timestamp":"2026-02-01T00', '"@timestamp":"2026-02-01T01', /its time is 2026-02-01T00/],
  ])('%s does not hold', async (_what, from, to, message) => {
    const found = await verify(changed('alerts.ndjson', (bytes) => replaced(bytes, from, to)));
    const alerts = found.findings.filter(({ check }) => check === 'alert');
    expect(alerts.map((finding) => finding.message).join('\n')).toMatch(message);
    expect(alerts).not.toEqual([]);
  });

  it.each<[string, Content | undefined, string]>([
    ['gone', undefined, 'OBJECT_VANISHED'],
    ['denied', new InputError('OBJECT_DENIED', 'denied'), 'OBJECT_DENIED'],
  ])('that is %s is not checked, and the rest is', async (_what, content, code) => {
    const { 'a.ndjson': _a, ...rest } = objects;
    const found = await verify(whole, content === undefined ? rest : { ...rest, 'a.ndjson': content });
    expect(found).toMatchObject({ state: 'unchecked', wrong: 0, unchecked: 2, evidence: 6 });
    expect(found.findings[0]?.message).toContain(code);
  });

  it('that was written over with another event does not hold', async () => {
    const found = await verify(whole, { ...objects, 'a.ndjson': String(objects['a.ndjson']).replace('"h1"', '"hx"') });
    expect(found.findings).toMatchObject([{ check: 'alert', state: 'wrong' }]);
  });
});

describe('an archive listed again', () => {
  it('is told of in what is new, changed and gone, and the run holds', async () => {
    const { 'c.json': _c, ...rest } = objects;
    const now = { ...rest, 'a.ndjson': `${String(objects['a.ndjson'])}\n`, 'e.ndjson': '{}\n' };
    const found = await verify(whole, now, { isListingAgain: true });
    expect(found.listing).toEqual({ same: 2, new: 1, changed: 1, gone: 1 });
    const told = found.findings.filter(({ check }) => check === 'archive');
    expect(told.map(({ where, message }) => [where.slice(-8), message.split(':')[0]])).toEqual([
      ['a.ndjson', 'changed'],
      ['e/c.json', 'gone'],
      ['e.ndjson', 'new'],
    ]);
  });

  it('that is the same says so', async () => {
    expect((await verify(whole, objects, { isListingAgain: true })).listing).toEqual({
      same: 4,
      new: 0,
      changed: 0,
      gone: 0,
    });
  });
});

describe('the manifest of a run', () => {
  const againstOwn = (store: MemoryStore): Promise<Verified> =>
    verify(store, null, { manifest: store.stream('manifest.json') });

  it('has every file, and the run is what it says', async () => {
    const found = await againstOwn(whole);
    expect(found).toMatchObject({ state: 'holds', findings: [] });
    expect(found.files).toBe(whole.files.size - 1);
  });

  it.each<[string, string, (bytes: Buffer) => Uint8Array | null, RegExp]>([
    ['a report that was written over', 'report.html', () => Buffer.from('<p>nothing found</p>'), /it hashes to/],
    ['a table that is gone', 'alerts.csv', () => null, /it is gone/],
    ['a manifest that was cut short', 'manifest.json', (b) => b.subarray(0, -20), /cut short/],
    [
      'a manifest that was altered',
      'manifest.json',
      (b) => replaced(b, 'report.html', 'report.htmx'),
      /hash to its seal/,
    ],
    ['a file more', 'more', (b) => b, /the manifest does not have this file/],
  ])('finds %s', async (_what, path, change, message) => {
    const store = changed(path, change);
    if (path === 'more') store.files.set(path, Buffer.from('x'));
    const found = await againstOwn(store);
    expect(found.state).toBe('wrong');
    expect(found.findings.map((finding) => finding.message).join('\n')).toMatch(message);
  });

  it('that was kept elsewhere finds a run that was made anew around a change', async () => {
    const kept = whole.files.get('manifest.json') ?? Buffer.of();
    const store = changed('alerts.csv', () => Buffer.from('none'));
    const manifest = (async function* () {
      yield kept;
    })();
    expect((await verify(store, null, { manifest })).findings).toMatchObject([{ where: 'alerts.csv' }]);
  });

  it('holds the hash of every object, where that is asked for', async () => {
    const store = await hunted({ hash_objects: true });
    const found: unknown[] = [];
    for await (const entry of readManifest(store.stream('manifest.json'))) {
      if (entry.kind === 'object') found.push([entry.object.uri.slice(-8), entry.object.sha256]);
    }
    const hashOf = (name: string): string => sha256Hex(Buffer.from(objects[name] as string));
    expect(found).toEqual(Object.keys(objects).map((name) => [`archive/${name}`.slice(-8), hashOf(name)]));
    expect(await verify(store)).toMatchObject({ state: 'holds' });
  });
});
