import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { createMemorySource } from '../../test/memory-source.ts';
import { buildQuestion, buildRule } from '../../test/build-match.ts';
import { ObjectSample } from './object-sample.ts';
import { sampleArchive, sampleArchives } from './sample-archive.ts';
import { listed } from '../../test/plan/listing.ts';

const line = `${JSON.stringify({ '@timestamp': '2026-02-01T00:00:00Z', message: 'x'.repeat(200) })}\n`;
const text = line.repeat(100);
const ticking = (): (() => number) => {
  let ms = 0;
  return () => (ms += 250);
};

it('reads some objects of each kind, and says how far they expand', async () => {
  const gzip = gzipSync(text);
  const source = createMemorySource({ 'a.json': text, 'b.json': text, 'c.json': text, 'd.gz': gzip });
  const { kinds, failed } = await sampleArchive(source, 2, { clock: ticking() });
  expect(failed).toEqual([]);
  const [plain, packed] = kinds;
  expect(plain).toMatchObject({ format: 'text', objects: 2, stored_bytes: 2 * text.length, events: 200, seconds: 0.5 });
  expect(packed).toMatchObject({ format: 'gzip', objects: 1, decompressed_bytes: text.length, events: 100 });
  expect(packed?.stored_bytes).toBe(gzip.length);
});

it('names what cannot be read, and goes on', async () => {
  const source = createMemorySource({
    'a.json': new InputError('OBJECT_DENIED', 'no'),
    'b.json': text,
    'c.gz': gzipSync(text).subarray(0, 50),
    'd.avro': 'Obj\u0001avro.schema and more of it',
  });
  const { kinds, failed } = await sampleArchive(source, 5);
  expect(kinds.find(({ format }) => format === 'text')).toMatchObject({ objects: 1, events: 100 });
  expect(failed.map(({ code }) => code)).toEqual(['OBJECT_DENIED', 'GZIP_CORRUPT', 'FORMAT_UNSUPPORTED']);
});

it('takes only what the plan would select', async () => {
  const question = buildQuestion([buildRule()]);
  const archives = question.archives.map((archive) => ({ ...archive, exclude_keys: ['b.*'] }));
  const sources = [createMemorySource({ 'a.json': text, 'b.json': text, _SUCCESS: 'x' })];
  const { kinds } = await sampleArchives({ question: { ...question, archives }, sources }, 9);
  expect(kinds).toMatchObject([{ format: 'text', objects: 1 }]);
});

it.each([0, -1, 1.5, 1_001])('refuses a sample of %d', async (count) => {
  await expect(sampleArchive(createMemorySource({}), count)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

it('spreads over the whole listing, in bounded memory', () => {
  const sample = new ObjectSample(4);
  for (let index = 0; index < 10_000; index += 1) sample.add(listed(String(index)));
  const taken = sample.take().map(({ key }) => Number(key));
  expect(taken).toHaveLength(4);
  expect(taken.at(0)).toBe(0);
  expect(taken.at(-1)).toBeGreaterThan(5_000);
});
