import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { keyTime, parseLayout } from '../../../src/plan/layouts/layout.ts';
import { WRITERS } from '../../../src/plan/layouts/writers.ts';

const rows = readFileSync(new URL('keys.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t') as [string, string, string, string, string]);

describe('a layout', () => {
  it.each(rows)('%s (%s) reads %s', (text, timeZone, key, from, to) => {
    const expected = from === '-' ? null : { from: Date.parse(from), to: Date.parse(to) };
    expect(keyTime(parseLayout(text, { timeZone }), key)).toEqual(expected);
  });

  it('is tried for every ready writer', () => {
    const tried = new Set(rows.map(([text]) => text));
    expect(WRITERS.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual(['query-ai', 'folders']);
  });

  it.each([
    ['', /0 characters/],
    ['logs/*', /no year/],
    ['logsatsh', /no writer of this name; known are logstash/],
    ['%Y/%Q', /unknown token "%Q"; known are %Y/],
    ['%Y/%d', /a day without its month/],
    ['%Y/%m/%H', /an hour without its day/],
    ['%Y/%m/%d/%M', /a minute without its hour/],
    ['%Y/%s', /an epoch stands for itself/],
    ['%Y/%m/%j', /without month and day/],
    ["!{timestamp:yyyy'-'QQ}/*", /unknown letters/],
    ['(?<year>\\d{4}', /closing "\)" is missing/],
    ['(?<jahr>\\d{4})', /unknown group "jahr"/],
    ['(?<year>\\d{4})(?=x)', /only \(…\)/],
    ['(?<year>\\d{4})\\1', /not supported/],
    ['(?<year>\\d{4})[a', /closing "\]"/],
    ['(?<year>\\d{4})+*', /repetition of a repetition/],
    ['(?<year>(?:\\d{999}){999})', /too large/],
    [`(?<year>\\d)${'('.repeat(99)}`, /deeper than/],
    ['regex:\\d', /no year/],
    ['x'.repeat(2_000), /2000 characters/],
  ])('is refused: %s', (text, message) => {
    expect(() => parseLayout(text)).toThrow(
      expect.objectContaining({ code: 'LAYOUT_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('names a zone that is not known', () => {
    expect(() => parseLayout('%Y', { timeZone: 'Mars/Base' })).toThrow(/unknown time zone "Mars\/Base"/);
  });

  it('gives an error of ours or a layout for any text, and a time or none for any key', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            '%Y',
            '%m',
            '%d',
            '%',
            'yyyy',
            'MM',
            '/',
            '*',
            '**',
            '?',
            '$TAG',
            '(',
            ')',
            '?<year>',
            '[',
            ']',
            '{2}',
            '\\d',
            '+',
            '|',
            'dt=',
            '!{',
            '}',
            "'",
          ),
          { maxLength: 12 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.array(fc.string()), (layout, keys) => {
        let made;
        try {
          made = parseLayout(layout);
        } catch (error) {
          expect(error).toMatchObject({ code: 'LAYOUT_INVALID' });
          return;
        }
        for (const key of [...keys, '2026/02/10', 'dt=2026-02-10/x']) {
          const time = made.keyTime(key);
          if (time !== null) expect(time.from).toBeLessThan(time.to);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes bounded time, whatever the pattern', () => {
    const key = `${'a'.repeat(1_000)}b`;
    const started = performance.now();
    for (const text of [
      '(?<year>\\d{4})|((a+)+)+$',
      '(?<year>(a|a)*c)',
      `${'*a'.repeat(20)}%Y`,
      `${'**a*'.repeat(20)}%Y`,
    ]) {
      expect(parseLayout(text).keyTime(key)).toBeNull();
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('a regular expression', () => {
  it("finds what the platform's own finds", () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '(?:ab|a)', '(b|)', '(?<month>\\d\\d)');
    const piece = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,}'));
    const source = fc
      .tuple(fc.array(piece, { maxLength: 3 }), fc.array(piece, { maxLength: 3 }), fc.constantFrom('', '$'))
      .map(([before, after, end]) => {
        const join = (pieces: readonly (readonly [string, string])[]): string =>
          pieces.map(([text, times]) => (text.includes('<') ? text : text + times)).join('');
        return `${join(before)}(?<year>20\\d{2})${join(after)}${end}`;
      })
      .filter((text) => text.split('?<month>').length <= 2);
    const key = fc
      .array(fc.constantFrom('a', 'b', 'ab', '2026', '2025', '01', '12', '/', '7'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(source, key, (text, tried) => {
        const found = new RegExp(text).exec(tried)?.groups;
        const time = parseLayout(`regex:${text}`).keyTime(tried);
        const [year, month] = [Number(found?.['year']), found?.['month']];
        if (found === undefined || (month !== undefined && (Number(month) < 1 || Number(month) > 12))) {
          expect(time).toBeNull();
          return;
        }
        const from = month === undefined ? Date.UTC(year, 0, 1) : Date.UTC(year, Number(month) - 1, 1);
        expect(time?.from).toBe(from);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a zone', () => {
  it('gives a bucket that holds every instant whose wall-clock time it names', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Africa/Casablanca',
      '-03:00',
    );
    const around = fc.constantFrom(
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 9, 25, 1),
      Date.UTC(2026, 3, 4, 15),
      Date.UTC(2011, 11, 30, 10),
      Date.UTC(2026, 5, 1),
    );
    fc.assert(
      fc.property(zone, around, fc.integer({ min: -3 * 86_400, max: 3 * 86_400 }), (timeZone, start, seconds) => {
        const ms = start + seconds * 1000;
        const parts = Object.fromEntries(
          new Intl.DateTimeFormat('en-US', {
            timeZone,
            hourCycle: 'h23',
            year: 'numeric',
            month: '2-digit',
            day: '2-digit',
            hour: '2-digit',
          })
            .formatToParts(ms)
            .map(({ type, value }) => [type, value]),
        );
        const key = `${parts['year']}/${parts['month']}/${parts['day']}/${parts['hour']}/x`;
        const time = parseLayout('%Y/%m/%d/%H/*', { timeZone }).keyTime(key);
        expect(time?.from).toBeLessThanOrEqual(ms);
        expect(time?.to).toBeGreaterThan(ms);
      }),
      { numRuns: 300 },
    );
  });
});
