import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './hash.ts';
import { parseInstant, parseMillis, toMillis } from './instant.ts';
import { JsonNumber, Timestamp, type Scalar } from './scalar.ts';

const ns = (iso: string, extra = 0n): bigint => BigInt(Date.parse(iso)) * 1_000_000n + extra;

describe('parseInstant', () => {
  it.each<[Scalar, bigint | null]>([
    ['2020-03-03T19:08:32.74626000Z', ns('2020-03-03T19:08:32.746Z', 260_000n)],
    ['2020-03-03T19:08:32.123456789Z', ns('2020-03-03T19:08:32.123Z', 456_789n)],
    ['2020-03-03T19:08:32.1234567891Z', ns('2020-03-03T19:08:32.123Z', 456_789n)],
    ['2020-03-03T19:08:32Z', ns('2020-03-03T19:08:32Z')],
    ['2020-03-03T19:08:32', ns('2020-03-03T19:08:32Z')],
    ['2020-03-03T19:08:32,5Z', ns('2020-03-03T19:08:32.5Z')],
    ['2020-03-03T19:08:32-02:00', ns('2020-03-03T21:08:32Z')],
    ['2020-03-03T19:08:32.5+0530', ns('2020-03-03T13:38:32.5Z')],
    ['2020-03-03T19:08:32+05', ns('2020-03-03T14:08:32Z')],
    ['2020-03-03T19:08Z', ns('2020-03-03T19:08:00Z')],
    ['2020-03-03T19', ns('2020-03-03T19:00:00Z')],
    ['2020-03-03', ns('2020-03-03T00:00:00Z')],
    ['2020-03', ns('2020-03-01T00:00:00Z')],
    ['2020', ns('2020-01-01T00:00:00Z')],
    ['2020-02-30', null],
    ['2020-13-01', null],
    ['2020-03-03T25:00:00Z', null],
    ['2020-03-03T24:00:00Z', ns('2020-03-04T00:00:00Z')],
    ['2020-03-03T19:08:32+99:00', null],
    ['yesterday', null],
    ['', null],
    [1583262512746, ns('2020-03-03T19:08:32.746Z')],
    ['1583262512746', ns('2020-03-03T19:08:32.746Z')],
    [new JsonNumber('1583262512746.5'), ns('2020-03-03T19:08:32.746Z', 500_000n)],
    [new JsonNumber('1e999'), null],
    [1583262512746n, ns('2020-03-03T19:08:32.746Z')],
    [new Timestamp(-1n, 9), -1n],
    [true, null],
  ])('reads %s', (value, expected) => {
    expect(parseInstant(value)).toBe(expected);
  });

  it('floors to milliseconds, before 1970 too', () => {
    expect(toMillis(1_999_999n)).toBe(1);
    expect(toMillis(-1n)).toBe(-1);
  });
});

describe('parseMillis', () => {
  it('floors what parseInstant reads, however it is spelled', () => {
    const two = fc.integer({ min: 0, max: 62 }).map((number) => String(number).padStart(2, '0'));
    const year = fc.constantFrom('2020', '2021', '1969', '0000', '0099', '0100', '2000', '9999', '+12020', '20a0');
    const fraction = fc.oneof(fc.constantFrom('', '.', ',5', '.x'), fc.stringMatching(/^\.\d{1,12}$/));
    const zone = fc.constantFrom('Z', 'Z', 'Z', 'z', '', '+02:00', 'ZZ');
    const month = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('01', '02', '04', '12', '11') },
      { weight: 1, arbitrary: two },
    );
    const spelled = fc
      .tuple(year, month, two, fc.constantFrom('T', 'T', 'T', ' ', 't'), two, two, two, fraction, zone)
      .map(([y, mo, d, t, h, mi, s, f, z]) => `${y}-${mo}-${d}${t}${h}:${mi}:${s}${f}${z}`);
    const seen = { times: 0 };
    fc.assert(
      fc.property(fc.oneof(spelled, fc.string(), fc.double(), fc.integer()), (value) => {
        const nanos = parseInstant(value);
        if (nanos !== null) seen.times += 1;
        expect(parseMillis(value)).toBe(nanos === null ? null : toMillis(nanos));
      }),
      { numRuns: 3_000 },
    );
    expect(seen.times).toBeGreaterThan(100);
  });
});

describe('Timestamp', () => {
  it.each([
    [ns('2020-03-03T19:08:32.123Z', 456_789n), 9, '2020-03-03T19:08:32.123456789Z', '2020-03-03T19:08:32.123456789Z'],
    [ns('2020-03-03T19:08:32.123Z', 456_000n), 9, '2020-03-03T19:08:32.123456Z', '2020-03-03T19:08:32.123456000Z'],
    [ns('2020-03-03T19:08:32.123Z', 450_000n), 6, '2020-03-03T19:08:32.123450Z', '2020-03-03T19:08:32.123450Z'],
    [ns('2020-03-03T19:08:32.123Z'), 6, '2020-03-03T19:08:32.123Z', '2020-03-03T19:08:32.123000Z'],
    [ns('2020-03-03T19:08:32Z'), 3, '2020-03-03T19:08:32.000Z', '2020-03-03T19:08:32.000Z'],
    [ns('2020-03-03T19:08:32.123Z', 456_789n), 3, '2020-03-03T19:08:32.123Z', '2020-03-03T19:08:32.123Z'],
    [-1n, 9, '1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
    [-1_000_000n, 9, '1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999000000Z'],
  ])('prints %d of a column of %d digits as %s, and as evidence %s', (nanos, digits, expected, evidence) => {
    const timestamp = new Timestamp(nanos, digits);
    expect(timestamp.toString()).toBe(expected);
    expect(JSON.stringify(timestamp)).toBe(`"${expected}"`);
    expect(canonicalJson(timestamp)).toBe(`"${evidence}"`);
  });
});
