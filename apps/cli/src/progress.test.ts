import { describe, expect, it } from 'vitest';
import { createProgress, describeProgress, type ProgressState } from './progress.ts';

const SCANNING: ProgressState = {
  stage: 'scanning',
  doneBytes: 500_000_000,
  totalBytes: 1_000_000_000,
  doneShards: 5,
  totalShards: 10,
  matches: 1234,
};

function terminal(isTTY: boolean): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = [];
  const stream = { isTTY, columns: 200, write: (text: string) => written.push(text) > 0 };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

describe('progress', () => {
  it('tells share, bytes, rate, time left and matches', () => {
    expect(describeProgress(SCANNING, 5)).toBe(
      'scanning [############............] 50% 500 MB of 1.0 GB stored 100 MB/s left 5 s matches 1,234',
    );
  });

  it('tells the stage where there are no bytes to count', () => {
    expect(describeProgress({ ...SCANNING, stage: 'reducing' }, 5)).toBe('reducing 5 of 10 shards');
    expect(describeProgress({ ...SCANNING, stage: 'listing', totalShards: 0 }, 5)).toBe('listing');
  });

  it('rewrites one line on a terminal, not more often than it can be read, and wipes it', () => {
    let now = 1_000;
    const { stream, written } = terminal(true);
    const progress = createProgress(stream, false, () => now);
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

  it.each([
    ['not a terminal', false, false],
    ['quiet', true, true],
  ])('writes nothing when %s', (_name, isTTY, quiet) => {
    const { stream, written } = terminal(isTTY);
    const progress = createProgress(stream, quiet);
    progress.show(SCANNING);
    progress.clear();
    expect(written).toEqual([]);
  });
});
