// Real documents of many writers: everything is read, everything adds up, and the counts are those of a plain reading. Skipped where
// the documents are not there.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoverageFile } from '@coldhunt/engine';
import { coldhunt, ROOT } from '../run-command.ts';

const DOCUMENTS = join(ROOT, '..', 'shared', 'data', 'real-ecs');
const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';

describe.runIf(existsSync(DOCUMENTS))('real ECS documents', () => {
  let out: string;
  let documents: unknown[];

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'coldhunt-real-'));
    const files = (await readdir(DOCUMENTS)).toSorted();
    const texts = await Promise.all(files.map((file) => readFile(join(DOCUMENTS, file), 'utf8')));
    documents = texts
      .flatMap((text) => text.split('\n').filter((line) => line.trim() !== ''))
      .map((line) => unwrap(JSON.parse(line) as Record<string, unknown>));
  });

  afterAll(async () => {
    await rm(out, { recursive: true, force: true });
  });

  it('the first rule reads all of them, and the sums hold', async () => {
    const run = join(out, 'first');
    const { code, stderr } = await coldhunt([
      'scan',
      '--archive',
      DOCUMENTS,
      '--rule',
      RULE,
      '--validate-lines',
      '--out',
      run,
    ]);
    expect(code, stderr).toBe(0);
    const coverage = JSON.parse(await readFile(join(run, 'coverage.json'), 'utf8')) as CoverageFile;
    expect(coverage.complete).toBe(true);
    expect(coverage.lines).toMatchObject({ searched: 0, parsed: documents.length, malformed: 0 });
    expect(coverage.events.read).toBe(documents.length);
    expect(coverage.events.read).toBe(
      coverage.events.without_time + coverage.events.in_history + coverage.events.in_range + coverage.events.outside,
    );
    expect(coverage.objects.listed).toBe((await readdir(DOCUMENTS)).length);
  });

  it('searches lines instead of parsing them, and finds the same', async () => {
    const run = join(out, 'searched');
    const { code, stderr } = await coldhunt(['scan', '--archive', DOCUMENTS, '--rule', RULE, '--out', run]);
    expect(code, stderr).toBe(0);
    const coverage = JSON.parse(await readFile(join(run, 'coverage.json'), 'utf8')) as CoverageFile;
    expect(coverage.lines.read).toBe(documents.length);
    expect(coverage.lines.searched).toBeGreaterThan(documents.length / 2);
    expect(coverage.matches.total).toBe(0);
  });

  it.each([
    ['host.id: *', (document: unknown) => leaves(document, ['host', 'id']).length > 0],
    [
      'process.name: *',
      (document: unknown) =>
        leaves(document, ['process', 'name']).some(
          (value) => typeof value !== 'object' && String(value).length <= 1024,
        ),
    ],
    ['event.category: "process"', (document: unknown) => leaves(document, ['event', 'category']).includes('process')],
    [
      'event.action: *exec*',
      (document: unknown) => leaves(document, ['event', 'action']).some((value) => String(value).includes('exec')),
    ],
    ['not event.category: *', (document: unknown) => leaves(document, ['event', 'category']).length === 0],
  ])('%s matches as many documents as a plain reading finds', async (query, holds) => {
    const { stdout, stderr } = await coldhunt(['match', '--count', '--kql', query, DOCUMENTS]);
    expect(stderr).toBe('');
    expect(Number(stdout)).toBe(documents.filter((document) => holds(document)).length);
  });
});

/** The values at a path, through arrays, nested objects and dotted keys; null and objects are no values. */
function leaves(node: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(node)) return node.flatMap((entry) => leaves(entry, path));
  if (path.length === 0) return node === null || node === undefined || typeof node === 'object' ? [] : [node];
  if (node === null || typeof node !== 'object') return [];
  return path.flatMap((_, index) => {
    const key = path.slice(0, index + 1).join('.');
    return Object.hasOwn(node, key) ? leaves((node as Record<string, unknown>)[key], path.slice(index + 1)) : [];
  });
}

/** An event that its writer put into another document: a dump's `_source`, or JSON text. */
function unwrap(document: Record<string, unknown>): unknown {
  const source = document['_source'];
  if (source !== null && typeof source === 'object') return source;
  const keys = Object.keys(document);
  if (keys.some((key) => key === 'event' || key.startsWith('event.'))) return document;
  for (const field of ['message', '_raw', 'log', 'value']) {
    try {
      const inner = JSON.parse(String(document[field])) as unknown;
      if (inner !== null && typeof inner === 'object' && ['@timestamp', 'ecs', 'event'].some((key) => key in inner))
        return inner;
    } catch {
      continue;
    }
  }
  return document;
}
