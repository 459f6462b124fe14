import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { NO_PROGRESS, createProgress, describeProgress, type ProgressState } from './progress.ts';

const SCANNING: ProgressState = {
  ...NO_PROGRESS,
  stage: 'scanning',
  doneBytes: 500_000_000,
  totalBytes: 1_000_000_000,
  doneShards: 5,
  totalShards: 10,
  matches: 1234,
  workers: 4,
};
const MB = 100_000_000;

function terminal(isTTY: boolean, columns = 200): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) > 0 };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

describe('progress', () => {
  it.each<[string, ProgressState, number | null, number, string]>([
    [
      'share, bytes, rate, time left, matches and workers',
      SCANNING,
      MB,
      200,
      'scanning  ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌  50%  500 MB of 1.0 GB  100 MB/s  5 s left  1,234 matches  4 workers',
    ],
    [
      'that the storage asks to slow down',
      { ...SCANNING, throttled: 12 },
      MB,
      200,
      'scanning  ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌  50%  500 MB of 1.0 GB  100 MB/s  5 s left  1,234 matches  4 workers  throttled 12×',
    ],
    [
      'no rate before there is one',
      { ...SCANNING, workers: 1 },
      null,
      Infinity,
      'scanning  50%  500 MB of 1.0 GB  time left not known yet  1,234 matches  1 worker',
    ],
    [
      'on 80 columns',
      SCANNING,
      MB,
      79,
      'scanning  50%  500 MB of 1.0 GB  100 MB/s  5 s left  1,234 matches  4 workers',
    ],
    ['on 50 columns', SCANNING, MB, 49, 'scanning  50%  100 MB/s  5 s left  1,234 matches'],
    ['on 30 columns', SCANNING, MB, 29, 'scanning  50%  5 s left'],
    [
      'the stage where there are no bytes to count',
      { ...SCANNING, stage: 'reducing' },
      null,
      80,
      'reducing 5 of 10 shards',
    ],
    ['the stage before there are shards', NO_PROGRESS, null, 80, 'listing'],
  ])('tells %s', (_name, state, rate, columns, expected) => {
    expect(describeProgress(state, rate, columns)).toBe(expected);
  });

  it('rewrites one line on a terminal, not more often than it can be read, and wipes it', () => {
    let now = 1_000;
    const { stream, written } = terminal(true);
    const progress = createProgress(stream, { quiet: false, env: {}, now: () => now });
    progress.show(SCANNING);
    now += 50;
    progress.show(SCANNING);
    now += 200;
    progress.show(SCANNING);
    progress.clear();
    expect(written).toHaveLength(3);
    expect(written.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true);
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  it('counts its rate from what stood when it began', () => {
    let now = 0;
    const { stream, written } = terminal(true);
    const progress = createProgress(stream, { quiet: false, env: { NO_COLOR: '1' }, now: () => now });
    progress.show(SCANNING);
    now += 2_000;
    progress.show({ ...SCANNING, doneBytes: 700_000_000 });
    expect(written.at(-1)).toContain('700 MB of 1.0 GB  100 MB/s  3 s left');
    expect(written.join('')).not.toContain('\u001b[3');
  });

  it('says whole lines, and seldom, where no line can be rewritten', () => {
    let now = 0;
    const { stream, written } = terminal(true);
    const progress = createProgress(stream, { quiet: false, env: { TERM: 'dumb' }, now: () => now });
    for (; now < 40_000; now += 1_000) progress.show(SCANNING);
    progress.show({ ...SCANNING, stage: 'reducing' });
    progress.clear();
    expect(written).toHaveLength(4);
    for (const text of written) {
      expect(stripVTControlCharacters(text)).toBe(text);
      expect(text).toMatch(/^[^\r━]*\n$/);
    }
  });

  it.each([
    ['not a terminal', false, false, {}],
    ['quiet', true, true, {}],
    ['in CI', true, false, { CI: 'true' }],
  ])('writes nothing when %s', (_name, isTTY, quiet, env) => {
    const { stream, written } = terminal(isTTY);
    const progress = createProgress(stream, { quiet, env });
    progress.show(SCANNING);
    progress.clear();
    expect(written).toEqual([]);
  });
});
