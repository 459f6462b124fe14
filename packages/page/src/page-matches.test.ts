import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packMatches, type PageMatch, type PageMatches } from './page-matches.ts';

const MATCH: PageMatch = { ruleId: 'r', timeMs: 5, verdict: 'known', hosts: ['a'], terms: ['x'], beforeMs: null };

function unpacked(matches: readonly PageMatch[]): PageMatches {
  const { block } = packMatches(matches);
  return JSON.parse(gunzipSync(Buffer.from(block.base64, 'base64')).toString()) as PageMatches;
}

describe('matches in the page', () => {
  it('are in order of time, one for each name of a host; alerts are told by when their terms were seen before', () => {
    const packed = unpacked([
      { ...MATCH, timeMs: 9, hosts: ['b', 'a'] },
      MATCH,
      { ...MATCH, verdict: 'alert', timeMs: 7, terms: ['x', 'y'], beforeMs: 2 },
      { ...MATCH, verdict: 'alert', timeMs: 8 },
    ]);
    expect(packed.times).toEqual([5, 4, 0]);
    expect(packed.host.map((place) => packed.hosts[place])).toEqual(['a', 'b', 'a']);
    expect(packed.verdicts).toEqual(['known']);
    expect(packed.lastSeen).toEqual({ '["r",7,"x","y"]': 2 });
  });

  it('are counted as rows', () => {
    expect(packMatches([MATCH, { ...MATCH, hosts: [] }]).count).toBe(1);
  });
});
