// What bad input gets: one clear message, the documented exit code, nothing half written.

import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-bad-'));
  await mkdir(join(folder, 'archive'));
  await writeFile(join(folder, 'archive', 'a.ndjson'), '{"@timestamp":"2026-02-01T00:00:00Z"}\n');
  await writeFile(join(folder, 'broken.toml'), '[rule]\nname = "x"\nrule_id = \n');
  await writeFile(
    join(folder, 'wrong.toml'),
    '[rule]\nrule_id = "a"\nname = "x"\ndescription = "d"\ntype = "query"\nlanguage = "kuery"\nquery = "a: (b"\nseverity = "awful"\nrisk_score = 200\n',
  );
  await mkdir(join(folder, 'unusable'));
  await writeFile(
    join(folder, 'eql.toml'),
    '[rule]\nrule_id = "b"\nname = "x"\ndescription = "d"\ntype = "eql"\nlanguage = "eql"\nquery = "sequence by host.id [any where true] [any where true]"\nseverity = "low"\nrisk_score = 20\n',
  );
  for (const name of ['eql.toml', 'wrong.toml']) await copyFile(join(folder, name), join(folder, 'unusable', name));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const archive = (): string => join(folder, 'archive');

describe('what is refused before anything is read', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['a wrong flag', ['--no-such-flag'], /unknown option '--no-such-flag'/],
    ['a misspelled flag', ['--form', '2026-01-01'], /--from/],
    ['a date that is none', ['--from', 'yesterday'], /yesterday/],
    ['a range that ends before it starts', ['--from', '2026-02-02', '--to', '2026-02-01'], /2026-02-02.*2026-02-01/s],
    ['an empty range', ['--from', '2026-02-02', '--to', '2026-02-02'], /2026-02-02/],
    ['a duration that is none', ['--last', '30 days'], /30 days/],
    ['an unknown rule', ['--rule', 'no-such-rule'], /no-such-rule/],
    ['a layout that is none', ['--layout', '%Q/%Y'], /%Q/],
    ['an unknown mode', ['--mode', 'fast'], /complete.*parity/s],
    ['an offset of a mode that has no schedule', ['--schedule-offset', '1m'], /--mode parity/],
    ['what the live rule cannot be asked', ['--mode', 'parity', '--no-dedupe'], /--no-dedupe.*--mode complete/],
    ['a number that is none', ['--max-alerts', 'many'], /many/],
    ['a time zone that is none', ['--layout', '%Y/%m/%d', '--layout-tz', 'Mars/Olympus'], /Mars\/Olympus/],
    ['terms that are too many', ['--new-terms', 'a,b,c,d'], /a,b,c,d: 1 to 3 different fields/],
    ['a term that is a pattern', ['--new-terms', 'host.*'], /host\.\*: it is a pattern/],
    ['a term that is an object', ['--new-terms', 'host'], /host: it is an object/],
    ['rules of which none can be run', ['--rule', 'unusable'], /none of 2 rules can be run.*\n.*sequence.*\n.*query: /],
    ['an exclude query that does not parse', ['--exclude-query', 'a:(b'], /1:\d+/],
    ['an exception file that is not there', ['--exceptions', '/no/such.ndjson'], /no\/such\.ndjson/],
    ['a configuration that is not there', ['--config', '/no/such.yaml'], /no\/such\.yaml/],
    ['a named archive that is not configured', ['--archive', '@prod'], /@prod/],
    ['Redis that cannot be reached', ['--redis', 'redis://:secret-word@127.0.0.1:1'], /127\.0\.0\.1:1/],
  ])('%s', async (_name, args, expected) => {
    const out = join(folder, `out-${Math.abs(hash(args.join(' ')))}`);
    const rule = args.includes('--rule') ? [] : ['--rule', RULE];
    const archives = args.includes('--archive') ? [] : ['--archive', archive()];
    const { code, stdout, stderr } = await coldhunt(['scan', ...archives, ...rule, '--out', out, ...args], {
      cwd: folder,
    });
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain('secret-word');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(code).toBe(_name.startsWith('Redis') ? 1 : 2);
    expect((await readdir(folder)).filter((name) => out.endsWith(name))).toEqual([]);
  });

  it.each<[string, RegExp]>([
    ['broken.toml', /broken\.toml.*3:\d+/s],
    ['wrong.toml', /severity.*awful/s],
    ['wrong.toml', /risk_score.*200/s],
    ['eql.toml', /uses a sequence/],
  ])('a rule file that cannot be used: %s', async (name, expected) => {
    const { code, stderr } = await coldhunt([
      'scan',
      '--archive',
      archive(),
      '--rule',
      join(folder, name),
      '--out',
      join(folder, 'never'),
    ]);
    expect(stderr).toMatch(expected);
    expect(code).toBe(2);
  });

  it('a folder that does not exist', async () => {
    const { code, stderr } = await coldhunt([
      'scan',
      '--archive',
      join(folder, 'nowhere'),
      '--rule',
      RULE,
      '--out',
      join(folder, 'never'),
    ]);
    expect(stderr).toContain('nowhere');
    expect(stderr).toContain('no such file or folder');
    expect(code).toBe(2);
  });

  it('another question in the same run folder, and the same one again', async () => {
    const out = join(folder, 'asked');
    const first = await coldhunt(['scan', '--archive', archive(), '--rule', RULE, '--out', out]);
    expect(first.code, first.stderr).toBe(0);
    const other = await coldhunt([
      'scan',
      '--archive',
      archive(),
      '--rule',
      RULE,
      '--from',
      '2026-01-01',
      '--out',
      out,
    ]);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/another question/);
    const again = await coldhunt(['scan', '--archive', archive(), '--rule', RULE, '--out', out]);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/--clobber/);
    const anew = await coldhunt(['scan', '--archive', archive(), '--rule', RULE, '--out', out, '--clobber']);
    expect(anew.code, anew.stderr).toBe(0);
  });
});

describe('what is counted, while everything else is done', () => {
  it.each<[string, Uint8Array | string, RegExp]>([
    [
      'a corrupt gzip',
      gzipSync('{"@timestamp":"2026-02-01T00:00:00Z"}\n'.repeat(5000)).subarray(0, 300),
      /GZIP_CORRUPT/,
    ],
    ['a corrupt zstd', Buffer.concat([Buffer.from('28b52ffd', 'hex'), Buffer.alloc(64, 7)]), /ZSTD_CORRUPT/],
    [
      'a corrupt Parquet',
      Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(200, 1), Buffer.from('PAR1')]),
      /PARQUET_CORRUPT/,
    ],
  ])('%s', async (name, bytes, code) => {
    const place = join(folder, name.replaceAll(' ', '-'));
    await mkdir(place);
    await writeFile(join(place, 'bad.bin'), bytes);
    await writeFile(join(place, 'good.ndjson'), '{"@timestamp":"2026-02-01T00:00:00Z"}\n');
    const out = `${place}-out`;
    const done = await coldhunt(['scan', '--archive', place, '--rule', RULE, '--out', out]);
    expect(done.code, done.stderr).toBe(3);
    const shown = await coldhunt(['coverage', out, '--json']);
    const coverage = JSON.parse(shown.stdout) as {
      failed: { uri: string; code: string }[];
      objects: Record<string, number>;
    };
    expect(coverage.failed).toHaveLength(1);
    expect(coverage.failed[0]?.code).toMatch(code);
    expect(coverage.failed[0]?.uri).toContain('bad.bin');
    expect(coverage.objects).toMatchObject({ listed: 2, scanned: 1, failed: 1 });
  });

  it('an empty object is skipped as empty', async () => {
    const place = join(folder, 'with-empty');
    await mkdir(place);
    await writeFile(join(place, 'empty.ndjson'), '');
    await writeFile(join(place, 'good.ndjson'), '{"@timestamp":"2026-02-01T00:00:00Z"}\n');
    const done = await coldhunt(['scan', '--archive', place, '--rule', RULE, '--out', `${place}-out`]);
    expect(done.code, done.stderr).toBe(0);
    const { stdout } = await coldhunt(['coverage', `${place}-out`, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, skipped: [{ reason: 'empty', bytes: 0 }] });
  });
});

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return sum;
}
