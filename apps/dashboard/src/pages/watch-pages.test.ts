import type { Night, Watch } from '@coldhunt/watch';
import { describe, expect, it } from 'vitest';
import type { Sight } from '../workspace/workspace.ts';
import { watermarkLagMs, type WatchView } from '../workspace/watch-view.ts';
import { nightCalendar } from './night-calendar.ts';
import { watchPage, watchesPage } from './watch-pages.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 1, 20, 12);

function nightOf(number: number, { complete = true, alerts = 0 } = {}): Night {
  const from = Date.UTC(2026, 1, number);
  return {
    number,
    from: new Date(from).toISOString(),
    to: new Date(from + DAY_MS).toISOString(),
    complete,
    alerts,
    late: 0,
    corrections: { added: 1, superseded: 2, withdrawn: 3 },
    published: { path: '', sha256: '', count: 12 },
    examined: {
      hours: [],
      first_ms: null,
      unread: [{ uri: 's3://b/<i>', what: 'GZIP_CORRUPT', when: null }],
      was_pruned: false,
    },
  } as unknown as Night;
}

function viewOf(nights: readonly Night[], more: Partial<WatchView> = {}): WatchView {
  const question = {
    rules: [{ hash: '', rule: { name: '<script>' } }],
    archives: [{ uri: 's3://logs' }],
    from: '2026-02-01T00:00:00.000Z',
  };
  return {
    path: 'team/<b>nightly',
    uri: 's3://hunts/nightly',
    watch: {
      question,
      cron: '15 2 * * *',
      tz: 'UTC',
      lateness_ms: 2 * 3_600_000,
      rescan_ms: 0,
      sinks: ['chat'],
    } as unknown as Watch,
    nights,
    nightCount: nights.length,
    watermark: nights.at(-1)?.to ?? question.from,
    nextRunMs: NOW + 1000,
    pending: { chat: 2 },
    problem: null,
    readAtMs: NOW,
    tookMs: 1,
    ...more,
  };
}

function sightOf(...watches: WatchView[]): Sight {
  return { uri: '', hunts: [], watches, unread: 0, isCut: false, problem: null, atMs: NOW };
}

describe('the calendar of nights', () => {
  it('shows each day of the last year once, and the days that no night covers apart', () => {
    const nights = [nightOf(1), nightOf(2, { alerts: 3 }), nightOf(3, { complete: false, alerts: 3 })];
    const { text } = nightCalendar(nights, NOW);
    const squares = (name: string): number =>
      (new RegExp(`day-${name}" d="([^"]*)"`).exec(text)?.[1]?.match(/M/g) ?? []).length;
    expect([squares('quiet'), squares('alerts'), squares('incomplete')]).toEqual([1, 1, 1]);
    const total = squares('none') + 3;
    expect(total).toBeGreaterThan(52 * 7);
    expect(total).toBeLessThanOrEqual(53 * 7);
    expect(text).toContain('1 day not everything was examined');
  });

  it('shows of several nights of a day the one that needs a look', () => {
    const hours = [nightOf(5), { ...nightOf(5), complete: false }, nightOf(5, { alerts: 1 })];
    expect(nightCalendar(hours, NOW).text).toMatch(
      /1 day not everything was examined, 0 days with alerts, 0 days without/,
    );
  });
});

describe('the pages of watches', () => {
  it('tell watermark, holes, corrections and what sinks have still to be told, hostile names too', () => {
    const view = viewOf([nightOf(18), nightOf(19, { alerts: 4 })]);
    const list = watchesPage({ sight: sightOf(view), queue: null, nowMs: NOW }).main.text;
    expect(list).toContain('team/&lt;b&gt;nightly');
    expect(list).toContain('2026-02-20 00:00:00');
    expect(list).toContain('2 pending');
    expect(list).toContain('10 h 0 min');
    const page = watchPage({ view, sight: sightOf(view), queue: null, nowMs: NOW }).main.text;
    expect(page).toMatch(/1\s+added,\s+2\s+superseded,\s+3\s+withdrawn/);
    expect(page).toContain('s3://b/&lt;i&gt;');
    expect(page).toContain('/nights/19/report.html');
    expect(page).not.toContain('<script>');
  });

  it('tell that a night is due, that none has been, and what cannot be read', () => {
    const due = viewOf([], { nextRunMs: NOW - 1 });
    expect(watchesPage({ sight: sightOf(due), queue: null, nowMs: NOW }).main.text).toContain('a night is due');
    expect(watchPage({ view: due, sight: sightOf(due), queue: null, nowMs: NOW }).main.text).toContain(
      'No night has been run',
    );
    const broken = viewOf([], { watch: null, watermark: null, problem: 'watch.json is <gone>' });
    expect(watchPage({ view: broken, sight: sightOf(broken), queue: null, nowMs: NOW }).main.text).toContain(
      'watch.json is &lt;gone&gt;',
    );
    expect(watermarkLagMs(broken, NOW)).toBeNull();
  });
});
