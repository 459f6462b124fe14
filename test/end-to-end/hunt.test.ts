// The whole hunt through the command, held against the generator's book: over folders, with any number of threads.

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive, type WrittenArchive } from '../generator/archive-writer.ts';
import { coldhunt } from '../run-command.ts';
import { compareWithBook } from '../demo/compare-with-book.ts';
import { readAnswer } from './read-answer.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const START = Date.parse('2026-01-05T00:00:00Z');
let folder: string;
let archive: WrittenArchive;
let question: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-hunt-'));
  archive = await writeArchive(join(folder, 'written'), {
    seed: 7,
    startMs: START,
    days: 28,
    hosts: 60,
    events: 7_000,
  });
  question = [
    '--archive',
    archive.folder,
    '--rule',
    RULE,
    '--from',
    '2026-01-12',
    '--to',
    '2026-02-02',
    '--exceptions',
    archive.exceptionsFile,
  ];
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a hunt over a folder', () => {
  it('finds what was planted and nothing else', async () => {
    const out = join(folder, 'first');
    const { code, stdout, stderr } = await coldhunt(['scan', ...question, '--out', out]);
    expect(code, stderr).toBe(3);
    const { isEqual, text } = await compareWithBook(out, archive.book);
    expect(isEqual, text).toBe(true);
    expect(stdout).toContain(`${archive.book.alerts.length} first uses`);
    expect((await readdir(out)).toSorted()).toEqual(
      expect.arrayContaining([
        'alerts.csv',
        'alerts.ndjson',
        'coverage.json',
        'groups.ndjson',
        'plan',
        'report.html',
        'run.json',
        'scan',
        'summary.json',
        'unkeyed.ndjson',
      ]),
    );
  });

  it('adds up', async () => {
    const coverage = JSON.parse(await readFile(join(folder, 'first', 'coverage.json'), 'utf8')) as Record<
      string,
      Record<string, number>
    >;
    const of = (part: string, name: string): number => coverage[part]?.[name] ?? Number.NaN;
    for (const part of ['objects', 'bytes']) {
      expect(of(part, 'listed')).toBe(of(part, 'selected') + of(part, 'skipped'));
      expect(of(part, 'selected')).toBe(of(part, 'scanned') + of(part, 'failed'));
    }
    expect(of('lines', 'read')).toBe(
      of('lines', 'searched') + of('lines', 'parsed') + of('lines', 'malformed') + of('lines', 'blank'),
    );
    expect(of('events', 'read')).toBe(
      of('events', 'without_time') + of('events', 'in_history') + of('events', 'in_range') + of('events', 'outside'),
    );
    const { total = 0, ...parts } = coverage['matches'] ?? {};
    expect(total).toBe(Object.values(parts).reduce((sum, figure) => sum + figure, 0));
    expect(of('objects', 'listed')).toBe(archive.objects);
  });

  it.each([
    ['1 thread', ['--workers', '1']],
    ['5 threads', ['--workers', '5']],
    ['a search in JavaScript', ['--no-wasm']],
  ])('gives the same bytes with %s', async (name, flags) => {
    const out = join(folder, name.replaceAll(' ', '-'));
    const { code, stderr } = await coldhunt(['scan', ...question, ...flags, '--out', out]);
    expect(code, stderr).toBe(3);
    expect(await readAnswer(out)).toEqual(await readAnswer(join(folder, 'first')));
  });

  it.each([
    ['without the search for literals', ['--no-prefilter']],
    ['with every line parsed', ['--validate-lines']],
  ])('raises the same alerts %s', async (name, flags) => {
    const out = join(folder, name.replaceAll(' ', '-'));
    const { code, stderr } = await coldhunt(['scan', ...question, ...flags, '--out', out]);
    expect(code, stderr).toBe(3);
    const strip = (text: string): string => text.replaceAll(/"coldhunt\.run_id":"[0-9a-f]+"/g, '');
    expect(strip((await readAnswer(out))['alerts.ndjson'] ?? '')).toBe(
      strip((await readAnswer(join(folder, 'first')))['alerts.ndjson'] ?? 'x'),
    );
  });

  it('shows what the memory held back', async () => {
    const { stdout } = await coldhunt(['matches', join(folder, 'first'), '--json']);
    const matches = stdout
      .trim()
      .split('\n')
      .map(
        (line) => JSON.parse(line) as { verdict: string; host_names: string[]; before: unknown; excepted_by: unknown },
      );
    const twin = matches.find((match) => match.host_names.includes(archive.book.clonedNames[1] ?? ''));
    expect(twin).toMatchObject({ verdict: 'known', before: { time: expect.stringMatching(/^2026-01-2/) } });
    expect(matches.filter((match) => match.verdict === 'alert')).toHaveLength(archive.book.alerts.length);
    const excepted = matches.filter((match) => match.verdict === 'excepted');
    expect(excepted).toHaveLength(archive.book.excepted);
    for (const match of excepted) {
      expect(match.host_names).toEqual([archive.book.exceptedHost]);
      expect(match.excepted_by).toEqual(expect.stringMatching(/./));
    }
  });

  it('prunes by the layout without losing an alert', async () => {
    const out = join(folder, 'layout');
    const layout = ['--layout', 'events/%Y/%m/%d/%H/*', '--layout-time', 'event', '--layout-slack', '0s'];
    const narrow = [
      '--archive',
      archive.folder,
      '--rule',
      RULE,
      '--from',
      '2026-01-20',
      '--to',
      '2026-01-26',
      '--exceptions',
      archive.exceptionsFile,
    ];
    const { code, stderr } = await coldhunt(['scan', ...narrow, ...layout, '--out', out]);
    expect([0, 3], stderr).toContain(code);
    const coverage = JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as {
      objects: { selected: number; listed: number };
    };
    expect(coverage.objects.selected).toBeLessThan(coverage.objects.listed / 2 + 30);
    const alerts = ((await readAnswer(out))['alerts.ndjson'] ?? '')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { '@timestamp': string })['@timestamp']);
    const expected = archive.book.alerts
      .map((alert) => alert.time)
      .filter((time) => time >= '2026-01-20' && time < '2026-01-26');
    expect(alerts).toEqual(expected);
  });

  it('counts an excepted event in summary and report', async () => {
    const out = join(folder, 'first');
    const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as {
      rules: { excepted: Record<string, number> }[];
    };
    expect(Object.values(summary.rules[0]?.excepted ?? {})).toEqual([1]);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('patch-controller');
  });
});
