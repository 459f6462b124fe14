import { describe, expect, it } from 'vitest';
import { resolveRange } from './resolve-range.ts';

const NOW = Date.UTC(2026, 1, 10, 13, 45, 59, 123);

describe('a range', () => {
  it.each([
    [{}, null, null],
    [{ from: '2026-02-01' }, '2026-02-01T00:00:00.000Z', null],
    [{ to: '2026-02-01T10:00:00+02:00' }, null, '2026-02-01T08:00:00.000Z'],
    [{ from: '2026-02-01T10:00:00.1239Z' }, '2026-02-01T10:00:00.123Z', null],
    [{ from: '2026-02-01 10:00:00z' }, '2026-02-01T10:00:00.000Z', null],
    [{ last: '30d' }, '2026-01-11T00:00:00.000Z', null],
    [{ last: '1d' }, '2026-02-09T00:00:00.000Z', null],
    [{ last: '12h' }, '2026-02-10T01:00:00.000Z', null],
    [{ last: '15m' }, '2026-02-10T13:30:00.000Z', null],
    [{ last: '2w' }, '2026-01-27T00:00:00.000Z', null],
    [{ last: '2d', to: '2026-02-10' }, '2026-02-08T00:00:00.000Z', '2026-02-10T00:00:00.000Z'],
  ])('of %j', (input, from, to) => {
    expect(resolveRange({ ...input, nowMs: NOW })).toEqual({ from, to });
  });

  it.each([
    [{ from: 'yesterday' }, 'TIME_INVALID', /invalid --from "yesterday": it is no time; expected RFC 3339/],
    [{ from: '2026-02-30' }, 'TIME_INVALID', /there is no such day/],
    [{ to: '2026-02-01T10:00' }, 'TIME_INVALID', /needs hours, minutes, seconds and a zone/],
    [{ to: '2026-02-01T10:00:00' }, 'TIME_INVALID', /a zone/],
    [{ from: '1770681600000' }, 'TIME_INVALID', /it is no time/],
    [{ from: '' }, 'TIME_INVALID', /it is no time/],
    [{ from: '2026-02-02', to: '2026-02-01' }, 'RANGE_INVALID', /--from must be earlier than --to/],
    [{ from: '2026-02-01', to: '2026-02-01' }, 'RANGE_INVALID', /earlier/],
    [{ last: '1d', to: '2026-02-01' }, 'RANGE_INVALID', /earlier/],
    [{ last: '0d' }, 'TIME_INVALID', /above zero/],
    [{ last: '30' }, 'TIME_INVALID', /one of m, h, d, w/],
    [{ last: '1M' }, 'TIME_INVALID', /one of m, h, d, w/],
    [{ last: '1.5h' }, 'TIME_INVALID', /whole number/],
    [{ last: '999999w' }, 'TIME_INVALID', /beyond 1970/],
    [{ last: '1d', from: '2026-02-01' }, 'OPTION_INVALID', /use one/],
  ])('is refused for %j', (input, code, message) => {
    expect(() => resolveRange({ ...input, nowMs: NOW })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
