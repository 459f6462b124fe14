import { expect, it } from 'vitest';
import { buildMatch, buildQuestion, buildRule } from '../../../test/build-match.ts';
import { compileLiveSchedule } from '../../question/output.ts';
import type { RaisedAlert } from '../raised-alert.ts';
import { SignalLimit, type Executed } from './signal-limit.ts';

const START = Date.UTC(2026, 1, 1);

it('raises the oldest of a flood execution by execution, and holds no more than a few that could still be raised', () => {
  const rule = buildRule({ type: 'query', interval: '5m', from: 'now-1h', max_signals: 2 });
  const schedule = compileLiveSchedule(rule, buildQuestion([rule]));
  const limit = new SignalLimit(rule, { schedule, isGrouped: false });
  const firstTick = START + 300_000;
  const executed: Executed[] = [];
  let most = 0;
  for (let number = 0; number < 40_000; number += 1) {
    const match = buildMatch({ time_ms: START + 1 + number, terms: null, position: number });
    const alert = { kind: 'alert', source: 's', match, copies: [], copyCount: 0, bucket: null, group: null } as const;
    const span = { firstTick, lastTick: schedule.leaveOf(match.time_ms) - schedule.intervalMs, events: 1 };
    const candidate = {
      number,
      alert: { ...alert, spans: null, tickMs: null, held: null } satisfies RaisedAlert,
      span,
    };
    executed.push(...limit.take(candidate));
    most = Math.max(most, limit.held);
  }
  executed.push(...limit.finish());
  const raised = executed.flatMap((each) => each.raised);
  expect(raised.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, number) => number));
  expect(raised.map(({ tickMs }) => (tickMs - firstTick) / 300_000)).toEqual(
    Array.from({ length: 24 }, (_, number) => Math.floor(number / 2)),
  );
  expect(most).toBeLessThanOrEqual(10_001);
});
