import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMatch, buildRule } from '../../test/build-match.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { compareMatches, type Match } from '../scan/output.ts';
import { alertUuid } from './alert/alert-uuid.ts';
import { decide } from './decide.ts';
import type { Decision } from './output.ts';

const HOUR = 3_600_000;
const query = buildRule({ rule_id: 'query', type: 'query' });
const terms = buildRule();

async function verdicts(
  matches: readonly Match[],
  { dedupe = true, memoryChars = undefined as number | undefined, rules = [terms, query] } = {},
): Promise<{ match: Match; verdict: Decision['verdict']; before: Match | null }[]> {
  const sorted = matches.map((match) => ({ match, source: 's' })).toSorted((a, b) => compareMatches(a.match, b.match));
  const one = (async function* () {
    yield sorted;
  })();
  const found: { match: Match; verdict: Decision['verdict']; before: Match | null }[] = [];
  for await (const batch of decide(one, { rules, store: createMemoryStore(), dedupe, memoryChars })) {
    for (const { entry, verdict, before } of batch)
      found.push({ match: entry.match, verdict, before: before?.match ?? null });
  }
  return found;
}

function uuidOf(match: Match): string {
  return alertUuid({ match, bucket: null, group: null }, query);
}

/** Position -> verdict. */
async function table(...args: Parameters<typeof verdicts>): Promise<Record<string, string>> {
  return Object.fromEntries((await verdicts(...args)).map(({ match, verdict }) => [String(match.position), verdict]));
}

describe('new terms', () => {
  it('alerts on the first event only, and again when the window has passed', async () => {
    const at = (hours: number, position: number): Match => buildMatch({ time_ms: hours * HOUR, position });
    expect(await table([at(0, 0), at(1, 1), at(24 * 7 + 1, 2), at(24 * 15, 3)])).toEqual({
      0: 'alert',
      1: 'known',
      2: 'known',
      3: 'alert',
    });
  });

  it('takes the start of the window as inclusive', async () => {
    const window = 7 * 24 * HOUR;
    expect(
      await table([buildMatch({ time_ms: 0, position: 0 }), buildMatch({ time_ms: window, position: 1 })]),
    ).toEqual({
      0: 'alert',
      1: 'known',
    });
    expect(
      await table([buildMatch({ time_ms: 0, position: 0 }), buildMatch({ time_ms: window + 1, position: 1 })]),
    ).toEqual({ 0: 'alert', 1: 'alert' });
  });

  it('remembers history without alerting, and every occurrence refreshes', async () => {
    const day = 24 * HOUR;
    const found = await verdicts([
      buildMatch({ time_ms: 0, position: 0, place: 'history' }),
      buildMatch({ time_ms: 6 * day, position: 1 }),
      buildMatch({ time_ms: 12 * day, position: 2 }),
    ]);
    expect(found.map(({ verdict }) => verdict)).toEqual(['history', 'known', 'known']);
    expect(found.map(({ before }) => before?.position ?? null)).toEqual([null, 0, 1]);
  });

  it('takes a calendar month back from each event', async () => {
    const monthly = buildRule({ history_window_start: 'now-1M' });
    const at = (iso: string, position: number): Match => buildMatch({ time_ms: Date.parse(iso), position });
    const rules = [monthly];
    expect(await table([at('2026-02-28T00:00:00Z', 0), at('2026-03-31T00:00:00Z', 1)], { rules })).toEqual({
      0: 'alert',
      1: 'known',
    });
    expect(await table([at('2026-02-27T23:59:59Z', 0), at('2026-03-31T00:00:00Z', 1)], { rules })).toEqual({
      0: 'alert',
      1: 'alert',
    });
  });

  it('takes an absolute start as a constant', async () => {
    const rules = [buildRule({ history_window_start: '2026-01-01T00:00:00.000Z' })];
    const at = (iso: string, position: number): Match => buildMatch({ time_ms: Date.parse(iso), position });
    expect(
      await table([at('2025-12-31T00:00:00Z', 0), at('2026-01-02T00:00:00Z', 1), at('2027-06-01T00:00:00Z', 2)], {
        rules,
      }),
    ).toEqual({ 0: 'alert', 1: 'alert', 2: 'known' });
  });

  it('lets only the first of several events of one instant be new', async () => {
    const at = (copy_hash: string, position: number): Match => buildMatch({ time_ms: 0, copy_hash, position });
    expect(await table([at('b', 0), at('a', 1), at('c', 2)])).toEqual({ 0: 'known', 1: 'alert', 2: 'known' });
  });

  it('keeps a match without terms apart', async () => {
    expect(await table([buildMatch({ time_ms: 0, terms: null, copy_hash: 'x' })])).toEqual({ 0: 'unkeyed' });
  });
});

describe('copies', () => {
  const copy = (position: number, id: string | null, over: Partial<Match> = {}): Match =>
    buildMatch({ time_ms: 0, copy_hash: 'same', rule_id: 'query', terms: null, position, id, ...over });

  it('are one alert when their values are equal and no two ids differ', async () => {
    expect(await table([copy(0, null), copy(1, null), copy(2, 'a')])).toEqual({ 0: 'alert', 1: 'copy', 2: 'copy' });
  });

  it('are told apart by their ids, those without one join the first group', async () => {
    const found = await verdicts([copy(0, 'b'), copy(1, 'a'), copy(2, null), copy(3, 'a'), copy(4, 'b')]);
    expect(found.map(({ match, verdict }) => [match.position, verdict])).toEqual([
      [0, 'alert'],
      [2, 'copy'],
      [4, 'copy'],
      [1, 'alert'],
      [3, 'copy'],
    ]);
  });

  it('each alert for themselves when a query rule is not to remove them', async () => {
    expect(await table([copy(0, null), copy(1, null)], { dedupe: false })).toEqual({ 0: 'alert', 1: 'alert' });
  });

  it('are numbered then, so that each alert has an id of its own', async () => {
    const given = [copy(0, 'b'), copy(1, 'b'), copy(2, null), copy(3, 'a'), copy(4, 'a'), copy(5, null)];
    const found = await verdicts(given, { dedupe: false });
    const ids = found.map(({ match }) => [match.position, match.copy_number ?? 0, uuidOf(match)] as const);
    expect(ids.map(([position, number]) => [position, number])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [5, 3],
      [3, 0],
      [4, 1],
    ]);
    expect(new Set(ids.map(([, , uuid]) => uuid)).size).toBe(given.length);
    expect(uuidOf(found[0]?.match ?? copy(0, 'b'))).toBe(uuidOf(copy(0, 'b')));
  });

  it('never change what is new', async () => {
    const same = { time_ms: 0, copy_hash: 'same' };
    const found = await table(
      [
        buildMatch({ ...same, position: 0 }),
        buildMatch({ ...same, position: 1 }),
        buildMatch({ time_ms: 5, position: 2 }),
      ],
      { dedupe: false },
    );
    expect(found).toEqual({ 0: 'alert', 1: 'copy', 2: 'known' });
  });

  it('are grouped alike however little may be held', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', null), fc.constantFrom('x', 'y')), { maxLength: 12 }),
        fc.integer({ min: 0, max: 3_000 }),
        async (ids, memoryChars) => {
          const matches = ids.map(([id, copy_hash], position) => copy(position, id, { copy_hash }));
          const found = await verdicts(matches, { memoryChars });
          const groups = found.map(({ match, verdict }) => [match.copy_hash, match.position, verdict === 'alert']);
          expect(groups).toEqual(
            ['x', 'y'].flatMap((hash) => expectedGroups(matches.filter((m) => m.copy_hash === hash))),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});

// The plain reading: groups by id in the order of their first match; those without an id join the first; each group in order.
function expectedGroups(matches: readonly Match[]): unknown[] {
  const groups: Match[][] = [];
  for (const match of matches.filter(({ id }) => id !== null)) {
    const group = groups.find(([first]) => first?.id === match.id);
    if (group === undefined) groups.push([match]);
    else group.push(match);
  }
  const loose = matches.filter(({ id }) => id === null);
  if (groups.length === 0) groups.push(loose);
  else groups[0]?.push(...loose);
  return groups.flatMap((group) =>
    group.toSorted((a, b) => a.position - b.position).map((match, i) => [match.copy_hash, match.position, i === 0]),
  );
}
