// What a backtest tells of the alerts of a run.

import type { Document } from '@coldhunt/core';
import { expect, it } from 'vitest';
import { backtest, type CountedRule } from './count-alerts.ts';

const RULE: CountedRule = {
  rule_id: 'r',
  name: 'Rule',
  queried: new Set(['process.name']),
  new_terms_fields: ['host.id'],
};

function alertOf(day: number, host: string, over: Document = {}): Document {
  return {
    'kibana.alert.rule.rule_id': 'r',
    'kibana.alert.original_time': `2026-02-0${day}T10:00:00.000Z`,
    'kibana.alert.new_terms': [host],
    host: { id: host, name: host },
    process: { name: 'aws' },
    ...over,
  };
}

async function* each(alerts: readonly Document[]): AsyncGenerator<Document> {
  yield* alerts;
}

it('counts by day, names top terms, and what few values most alerts share', async () => {
  const alerts = [
    ...Array.from({ length: 6 }, () => alertOf(1, 'a')),
    ...Array.from({ length: 3 }, () => alertOf(2, 'b')),
    alertOf(4, 'c', { user: { name: ['x', 'y'] } }),
    { 'kibana.alert.rule.rule_id': 'other' },
  ];
  const [told] = await backtest(() => each(alerts), { rules: [RULE], days: 5 });
  expect(told).toMatchObject({
    alerts: 10,
    per_day: 2,
    most_per_day: 6,
    days_with_alerts: 3,
    by_day: { '2026-02-01': 6, '2026-02-02': 3, '2026-02-04': 1 },
    top_terms: [
      { terms: ['a'], alerts: 6 },
      { terms: ['b'], alerts: 3 },
      { terms: ['c'], alerts: 1 },
    ],
  });
  // host.id says the same as host.name, the query's own process.name quiets the rule, a value of one alert is no noise.
  expect(told?.noise).toEqual([
    {
      field: 'host.name',
      values: [
        { value: 'a', alerts: 6, share: 0.6 },
        { value: 'b', alerts: 3, share: 0.3 },
      ],
      alerts: 9,
      share: 0.9,
    },
  ]);
});

it('counts an alert once that has several of the values', async () => {
  const alerts = Array.from({ length: 4 }, (_, at) => alertOf(1, `h${at}`, { user: { name: ['x', 'y'] } }));
  const [told] = await backtest(() => each(alerts), { rules: [RULE], days: 1 });
  expect(told?.noise).toMatchObject([
    { field: 'user.name', alerts: 4, share: 1, values: [{ alerts: 4 }, { alerts: 4 }] },
  ]);
});

it('tells rules without alerts too, and asks fields that are named', async () => {
  const quiet = { ...RULE, rule_id: 'quiet' };
  const alerts = [alertOf(1, 'a', { labels: { team: 't' } }), alertOf(1, 'b', { labels: { team: 't' } })];
  const told = await backtest(() => each(alerts), { rules: [quiet, RULE], days: 0, fields: ['labels.team'] });
  expect(told.map(({ rule_id, alerts: count, noise }) => [rule_id, count, noise.map(({ field }) => field)])).toEqual([
    ['r', 2, ['labels.team']],
    ['quiet', 0, []],
  ]);
});
