import { describe, expect, it } from 'vitest';
import { parseWaivers, waiversOf } from './waivers.ts';

const who = { reason: 'torn by the outage', name: 'Jane Doe', expires: '2026-12-31' };
const line = 'a'.repeat(64);
const text = JSON.stringify([
  { uri: 's3://b/x', etag: 'e1', ...who },
  { line, ...who, expires: '2026-02-01T10:00:00Z' },
]);

describe('a waiver file', () => {
  it('names objects and lines, in one order, with dates as instants', () => {
    const waivers = parseWaivers(text, 'w.json');
    expect(waivers).toEqual(parseWaivers(JSON.stringify((JSON.parse(text) as unknown[]).toReversed()), 'w.json'));
    expect(waivers.map(({ expires }) => expires)).toEqual(['2026-02-01T10:00:00Z', '2026-12-31T00:00:00Z']);
  });

  it('counts until it expires, by the time of the listing', () => {
    const waivers = parseWaivers(text, 'w.json');
    const before = waiversOf(waivers, Date.parse('2026-02-01T09:59:59Z'));
    expect(before.line(line)).toMatchObject({ name: 'Jane Doe' });
    expect(before.object('s3://b/x', 'e1')).not.toBeNull();
    expect(before.object('s3://b/x', 'e2')).toBeNull();
    const after = waiversOf(waivers, Date.parse('2026-02-01T10:00:00Z'));
    expect(after.line(line)).toBeNull();
    expect(after.expired).toHaveLength(1);
  });

  it.each([
    ['is no JSON', '[{', /is not JSON/],
    ['is no list', '{}', /expected a list/],
    [
      'lacks a reason',
      JSON.stringify([{ uri: 'x', etag: 'e', name: 'J', expires: '2026-12-31' }]),
      /entry 1, reason: .*expected/,
    ],
    ['has an empty name', JSON.stringify([{ line, ...who, name: ' ' }]), /entry 1, name/],
    ['has a date that is none', JSON.stringify([{ line, ...who, expires: 'soon' }]), /entry 1, expires: found "soon"/],
    ['has a hash that is none', JSON.stringify([{ line: 'abc', ...who }]), /entry 1, line/],
    ['has something unknown', JSON.stringify([{ uri: 'x', etag: 'e', ...who, until: 1 }]), /until/],
    [
      'waives one thing twice',
      JSON.stringify([
        { line, ...who },
        { line, ...who },
      ]),
      /twice/,
    ],
  ])('that %s is refused', (_what, given, message) => {
    expect(() => parseWaivers(given, 'w.json')).toThrow(message);
  });
});
