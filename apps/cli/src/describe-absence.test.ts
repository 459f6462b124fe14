import { expect, it } from 'vitest';
import { describeAbsence } from './describe-absence.ts';

it('names the command that is right for the server, without what is secret', () => {
  const place = { redis: 'redis://queue:6379', prefix: 'coldhunt' };
  expect(describeAbsence('worker', place)).toBe(
    'no worker is connected to redis://queue:6379 with prefix coldhunt: its shards wait for one; start: coldhunt worker --redis redis://queue:6379',
  );
  expect(describeAbsence('planner', { ...place, prefix: 'x', isSecret: true }, 5_000)).toBe(
    'no planner is connected to redis://queue:6379 with prefix x for 5 s: the hunt waits for one to list its archives; start, with the same COLDHUNT_REDIS_URL: coldhunt planner --queue-prefix x',
  );
});
