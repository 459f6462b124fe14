import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liesWithinPlaces } from './lies-within.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-within-'));
  for (const name of ['data/a', 'data-2', 'secret']) await mkdir(join(folder, name), { recursive: true });
  await symlink(join(folder, 'secret'), join(folder, 'data', 'link'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('liesWithinPlaces', () => {
  it.each([
    ['s3://logs/prod/2026', 's3://logs/prod', true],
    ['s3://logs/prod', 's3://logs/prod/', true],
    ['s3://logs/prod', 's3://logs', true],
    ['s3://logs/prod-2', 's3://logs/prod', false],
    ['s3://logs', 's3://logs/prod', false],
    ['s3://other/prod', 's3://logs/prod', false],
    ['s3://logs/pro%64/x', 's3://logs/prod', true],
    ['data', 's3://logs', false],
    ['s3://logs', 'data', false],
    ['data/a', 'data', true],
    ['data', 'data', true],
    ['data-2', 'data', false],
    ['data/../secret', 'data', false],
    ['data/link', 'data', false],
    ['data/link', 'secret', true],
    ['nothing', '.', false],
  ])('%s in %s: %s', async (uri, place, isWithin) => {
    expect(await liesWithinPlaces(uri, ['s3://none', place], folder)).toBe(isWithin);
  });
});
