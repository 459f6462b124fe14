import { expect, it } from 'vitest';
import { FOREIGN_FORMATS, adviceOn } from './foreign-formats.ts';

it.each([
  ...FOREIGN_FORMATS.map(({ name }) => name),
  'OCSF',
  'OTLP',
  'Elasticsearch snapshot (catalogue)',
  'bzip2 within gzip',
])('says what to do about %s', (name) => {
  expect(adviceOn(name)).toMatch(/^[a-z].{15,}/);
});

it('says nothing of what it does not know', () => {
  expect(adviceOn('papyrus')).toBeNull();
});
