import { describe, expect, it } from 'vitest';
import { createChunkRelease } from './chunk-release.ts';

describe('createChunkRelease', () => {
  it('frees the memory of its own chunks, and of no others', () => {
    const release = createChunkRelease();
    const own = release.own(Buffer.allocUnsafeSlow(1024));
    const foreign = Buffer.allocUnsafeSlow(1024);
    release.giveBack(own.subarray(10));
    release.giveBack(foreign);
    expect(own).toHaveLength(0);
    expect(foreign).toHaveLength(1024);
  });

  it('takes a chunk back once', () => {
    const release = createChunkRelease();
    const chunk = release.own(Buffer.allocUnsafeSlow(16));
    release.giveBack(chunk);
    release.giveBack(chunk);
    expect(chunk).toHaveLength(0);
  });
});
