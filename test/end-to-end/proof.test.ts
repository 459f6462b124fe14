// What a finished hunt can prove, through the command: verify, manifest, custody, waivers, canaries, export, prune.

import { appendFile, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt, type Finished } from '../run-command.ts';

const EVENT = {
  '@timestamp': '2026-02-01T10:00:00Z',
  process: { name: 'aws' },
  host: { id: 'h1', name: 'secret-host' },
};
const LINE = JSON.stringify(EVENT);
const RULE = `[metadata]
creation_date = "2026/01/01"
maturity = "production"
[rule]
author = ["us"]
description = "for tests"
language = "kuery"
name = "aws"
query = "process.name: aws"
risk_score = 21
rule_id = "00000000-0000-4000-8000-000000000001"
severity = "low"
type = "query"
`;

let folder: string;
let question: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-proof-'));
  const archive = join(folder, 'archive');
  await mkdir(archive);
  await writeFile(join(archive, 'a.ndjson'), `${LINE}\n{"torn\n`);
  await writeFile(join(archive, 'b.gz'), gzipSync(`${LINE.replace('h1', 'h2')}\n`));
  await writeFile(join(folder, 'rule.toml'), RULE);
  question = ['--archive', archive, '--rule', join(folder, 'rule.toml')];
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function scan(name: string, ...more: readonly string[]): Promise<Finished & { readonly out: string }> {
  const out = join(folder, name);
  return { ...(await coldhunt(['scan', ...question, '--out', out, ...more])), out };
}

async function jsonOf<T>(...path: readonly string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as T;
}

describe('a hunt that must be proved', () => {
  it('says who asked, hashes everything, flies its canaries, and holds', async () => {
    const { out, code, stdout } = await scan('proved', '--ticket', 'INC-7', '--hash-objects', '--canary');
    expect(code).toBe(3);
    expect(stdout).toContain('canaries   1 of the rules fired in every form that was seen');
    const custody = await jsonOf<{ asked: { ticket: string; callers: object[] }[]; listing: object }>(
      out,
      'custody.json',
    );
    expect(custody.asked).toMatchObject([{ ticket: 'INC-7', command: 'scan', callers: [{}, {}] }]);
    expect(custody.listing).toMatchObject({ objects: 2 });
    const verified = await coldhunt(['verify', out, '--manifest', '--archive-again']);
    expect(verified.stdout).toContain('the run holds');
    expect(verified.stdout).toMatch(/evidence that holds 2\n/);
    expect(verified.code).toBe(0);
  });

  it('does not hold once a file of it was changed', async () => {
    const out = join(folder, 'changed');
    await cp(join(folder, 'proved'), out, { recursive: true });
    await appendFile(join(out, 'alerts.csv'), 'x');
    const verified = await coldhunt(['verify', out, '--manifest', '--json']);
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.stdout.split('\n')[0] ?? '')).toMatchObject({ state: 'wrong', where: 'alerts.csv' });
  });

  it('makes a damaged file again on resume', async () => {
    const { out } = await scan('mended');
    const scanned = (await readdir(join(out, 'scan'))).filter((name) => name.endsWith('.ledger.json'));
    const ledger = join(out, 'scan', scanned[0] ?? '');
    const before = await readFile(ledger);
    await writeFile(ledger, before.subarray(0, 100));
    await rm(join(out, 'summary.json'));
    expect((await coldhunt(['resume', out])).code).toBe(3);
    expect(await readFile(ledger)).toEqual(before);
    expect((await coldhunt(['verify', out, '--manifest'])).code).toBe(0);
  });

  it('is complete with waivers for what is known to be bad, and incomplete with a gap', async () => {
    const { malformed_samples: bad } = await jsonOf<{ malformed_samples: { sha256: string }[] }>(
      folder,
      'proved',
      'coverage.json',
    );
    const waivers = join(folder, 'waivers.json');
    const who = { reason: 'a crash', name: 'Jane Doe', expires: '2099-01-01' };
    await writeFile(waivers, JSON.stringify([{ line: bad[0]?.sha256, ...who }]));
    const waived = await scan('waived', '--waivers', waivers);
    expect(waived.code).toBe(0);
    expect(waived.stdout).toContain('by Jane Doe until 2099-01-01 (a crash)');
    const gap = await scan(
      'gap',
      '--waivers',
      waivers,
      '--expect',
      'hourly',
      '--from',
      '2026-02-01T09:00:00Z',
      '--to',
      '2026-02-01T11:00:00Z',
    );
    expect(gap.code).toBe(3);
    expect(gap.stdout).toContain('1 gap where events were expected');
    await writeFile(waivers, '[{"line": "x"}]');
    expect((await scan('refused', '--waivers', waivers)).code).toBe(2);
  });

  it('exports its evidence', async () => {
    const output = join(folder, 'evidence');
    const exported = await coldhunt([
      'evidence',
      'export',
      join(folder, 'proved'),
      '--output',
      output,
      '--what',
      'lines',
    ]);
    expect(exported.stdout).toContain('2 pieces of evidence');
    expect(exported.code).toBe(0);
    const lines = await readdir(join(output, 'lines'));
    expect(lines).toHaveLength(2);
    expect((await coldhunt(['evidence', 'export', join(folder, 'proved'), '--output', output])).code).toBe(2);
  });

  it('is pruned when it is old, and what is left holds', async () => {
    const runs = join(folder, 'runs');
    const out = join(runs, 'old');
    await cp(join(folder, 'proved'), out, { recursive: true });
    expect((await coldhunt(['runs', 'prune', runs, '--older-than', '1d'])).stdout).toBe('');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await coldhunt(['runs', 'prune', runs, '--older-than', '1s'])).stdout).toContain('pruned old');
    expect((await coldhunt(['runs', 'list', runs])).stdout).toMatch(
      /^old {2}[0-9a-f]{8} {2}pruned .* 2 alerts {2}INC-7\n$/,
    );
    const verified = await coldhunt(['verify', out]);
    expect(verified.stdout).toContain('what is left of the run holds: it was pruned at');
    expect(verified.code).toBe(0);
  });
});

describe('a run of every released version', () => {
  const runs = join(import.meta.dirname, '..', 'fixtures', 'released');

  it('can still be read, verified and pruned', async () => {
    const versions = await readdir(runs);
    expect(versions).toContain('0.1.0');
    for (const version of versions) {
      const out = join(folder, `release-${version}`);
      await cp(join(runs, version), out, { recursive: true });
      const verified = await coldhunt(['verify', out, '--manifest', '--no-evidence']);
      expect(verified.code, verified.stdout + verified.stderr).toBe(0);
      for (const [command, more] of [
        ['coverage', []],
        ['matches', ['--json']],
        ['status', []],
        ['report', ['--format', 'html']],
      ] as const) {
        const { code, stderr } = await coldhunt([command, out, ...more]);
        expect(code, `${command}: ${stderr}`).toBe(0);
      }
    }
  });
});
