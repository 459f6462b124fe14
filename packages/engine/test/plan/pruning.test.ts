import { expect, it } from 'vitest';
import fc from 'fast-check';
import { createQuestion, windowOf, type LayoutTime } from '../../src/question/output.ts';
import { createSelector } from '../../src/plan/select-object.ts';
import { buildRule, buildThreshold } from '../build-match.ts';
import { ARCHIVE_URI, listed } from './listing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 20);
const RULES = [
  buildRule({ rule_id: 'week', history_window_start: 'now-7d' }),
  buildRule({ rule_id: 'month', history_window_start: 'now-1M' }),
  buildRule({ rule_id: 'fixed', history_window_start: '2026-03-18' }),
  buildRule({ rule_id: 'query', type: 'query', history_window_start: undefined, new_terms_fields: undefined }),
  buildRule({ rule_id: 'two-hours', type: 'threshold', from: 'now-2h', threshold: buildThreshold({ value: 5 }) }),
  buildRule({ rule_id: 'day', type: 'threshold', from: 'now-1d', interval: '1h', threshold: buildThreshold() }),
];

// The key that a writer with the wall clock of `timeZone` gives to a time.
function keyOf(ms: number, layout: string, timeZone: string): string {
  const parts = new Map<string, string>(
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const names: Record<string, string> = { Y: 'year', m: 'month', d: 'day', H: 'hour', M: 'minute' };
  return layout.replace(/%([YmdHM])/g, (_, token: string) => parts.get(names[token] ?? '') ?? '').replace('*', 'x.gz');
}

it('never leaves out an event that the meaning of the key and its slack allow', () => {
  const time = fc.integer({ min: START - 60 * DAY, max: START + 60 * DAY });
  fc.assert(
    fc.property(
      fc.record({
        layout: fc.constantFrom('%Y/%m/%d/%H/*', 'logs/%Y/%m/%d/*', 'year=%Y/month=%m/*', '%Y%m%d%H%M-*'),
        meaning: fc.constantFrom<LayoutTime>('event', 'first-record', 'arrival'),
        slackMs: fc.constantFrom(0, 60_000, 2 * HOUR, DAY),
        timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns'),
        from: fc.option(time),
        length: fc.integer({ min: 1, max: 40 * DAY }),
        isOpen: fc.boolean(),
        events: fc.array(
          fc.record({ ms: time, lag: fc.double({ min: 0, max: 1, noNaN: true }), isBefore: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 30,
          },
        ),
      }),
      ({ layout, meaning, slackMs, timeZone, from, length, isOpen, events }) => {
        const question = createQuestion({
          range: {
            from: from === null ? null : new Date(from).toISOString(),
            to: isOpen ? null : new Date((from ?? START) + length).toISOString(),
          },
          archives: [{ uri: ARCHIVE_URI, layout, layout_time: meaning, layout_slack_ms: slackMs, layout_tz: timeZone }],
          rules: RULES,
        });
        const [archive] = question.archives;
        if (archive === undefined) return;
        const { select } = createSelector(question, archive);
        for (const { ms, lag, isBefore } of events) {
          // An arrival follows the event; of a file's records others than the first may come before or after it.
          const apart = meaning === 'event' ? 0 : Math.floor(lag * slackMs);
          const keyMs = meaning === 'arrival' || !isBefore ? ms + apart : ms - apart;
          const decision = select(listed(keyOf(keyMs, layout, timeZone)));
          for (const rule of RULES) {
            const { historyFromMs, readToMs } = windowOf(rule, question);
            if (ms < historyFromMs || ms >= readToMs) continue;
            expect(decision.kind).toBe('selected');
            if (decision.kind === 'selected') expect(decision.rules ?? [rule.rule_id]).toContain(rule.rule_id);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

it('leaves out whole buckets outside of every window', () => {
  const question = createQuestion({
    range: { from: '2026-03-20T00:00:00.000Z', to: '2026-03-21T00:00:00.000Z' },
    archives: [{ uri: ARCHIVE_URI, layout: '%Y-%m-%d/%H', layout_time: 'arrival', layout_slack_ms: 2 * HOUR }],
    rules: RULES.filter(({ rule_id: id }) => ['week', 'fixed', 'query'].includes(id)),
  });
  const [archive] = question.archives;
  if (archive === undefined) throw new Error('no archive');
  const { select } = createSelector(question, archive);
  const reasons = ['2026-03-12/21', '2026-03-12/22', '2026-03-20/12', '2026-03-21/01', '2026-03-21/02'].map((key) => {
    const decision = select(listed(`${key}/x`));
    return decision.kind === 'skipped' ? decision.reason : decision.rules;
  });
  expect(reasons).toEqual(['time', ['week'], null, null, 'time']);
});

it('reads the days around the range for the rules whose windows reach them', () => {
  const question = createQuestion({
    range: { from: '2026-03-20T00:00:00.000Z', to: '2026-03-21T00:00:00.000Z' },
    archives: [{ uri: ARCHIVE_URI, layout: '%Y-%m-%d', layout_time: 'event' }],
    rules: RULES.filter(({ rule_id: id }) => ['week', 'query', 'two-hours', 'day'].includes(id)),
  });
  const [archive] = question.archives;
  if (archive === undefined) throw new Error('no archive');
  const { select } = createSelector(question, archive);
  const read = ['2026-03-18', '2026-03-19', '2026-03-20', '2026-03-21', '2026-03-22'].map((key) => {
    const decision = select(listed(`${key}/x`));
    return decision.kind === 'skipped' ? decision.reason : [decision.rules, decision.historyOf];
  });
  const before = ['day', 'two-hours', 'week'];
  const after = ['day', 'two-hours'];
  expect(read).toEqual([[['week'], ['week']], [before, before], [null, null], [after, after], 'time']);
});
