import { expect, it } from 'vitest';
import { compareTotalOrder, type OrderKey } from './total-order.ts';

const key = (changes: Partial<OrderKey>): OrderKey => ({
  timeMs: 1,
  ruleId: 'r',
  termKey: 't',
  copyHash: 'c',
  uri: 'u',
  position: 0,
  ...changes,
});

it.each<[Partial<OrderKey>, Partial<OrderKey>]>([
  [
    { timeMs: 1, ruleId: 'z' },
    { timeMs: 2, ruleId: 'a' },
  ],
  [
    { ruleId: 'a', termKey: 'z' },
    { ruleId: 'b', termKey: 'a' },
  ],
  [
    { termKey: 'a', copyHash: 'z' },
    { termKey: 'b', copyHash: 'a' },
  ],
  [
    { copyHash: 'a', uri: 'z' },
    { copyHash: 'b', uri: 'a' },
  ],
  [
    { uri: 'a', position: 9 },
    { uri: 'b', position: 0 },
  ],
  [{ position: 1 }, { position: 2 }],
])('orders %j before %j', (before, after) => {
  expect(compareTotalOrder(key(before), key(after))).toBeLessThan(0);
  expect(compareTotalOrder(key(after), key(before))).toBeGreaterThan(0);
});
