// The values of fields: addresses, numbers, words, patterns, terms.

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { JsonNumber, Timestamp, type Scalar } from '@coldhunt/core';
import { analyzeText } from './analyze-text.ts';
import { compareUtf8 } from './compare-utf8.ts';
import { compareExact, parseExactNumber, truncateExact } from './exact-number.ts';
import { fieldType, type FieldKind } from './field-type.ts';
import { matchesGlob } from './glob.ts';
import { canonicalIp, parseIp, parseIpBlock } from './ip-address.ts';
import { lowerCase } from './lower-case.ts';
import { normalizeTerm } from './normalize-term.ts';
import { parseWildcardPattern } from './wildcard-pattern.ts';
import { wildcardPredicate } from './wildcard-predicate.ts';

describe('addresses', () => {
  it.each([
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['FE80::0:24CE:f7ff:fede:a571', 'fe80::24ce:f7ff:fede:a571'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::', '::'],
    ['1::', '1::'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['192.168.0.255', '192.168.0.255'],
    ['1.2.3.04', null],
    ['1.2.3', null],
    ['1.2.3.256', null],
    ['1.2.3.4.5', null],
    ['::1%eth0', null],
    [':1', null],
    ['1:::2', null],
    ['1:2:3:4:5:6:7', null],
    ['1:2:3:4:5:6:7:8::', null],
    ['1.2.3.4::', null],
    ['12345::', null],
    ['', null],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });

  it('keep their number when printed canonically', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalIp(text);
        expect(canonical === null ? null : parseIp(canonical)).toBe(parseIp(text));
      }),
    );
  });

  it('stand in blocks', () => {
    const inside = (block: string, address: string): boolean => {
      const found = parseIpBlock(block);
      const number = parseIp(address);
      return found !== null && number !== null && number >= found.from && number <= found.to;
    };
    expect(inside('10.1.2.3/8', '10.255.255.255')).toBe(true);
    expect(inside('10.0.0.0/8', '11.0.0.0')).toBe(false);
    expect(inside('::ffff:10.0.0.0/104', '10.9.9.9')).toBe(true);
    expect(inside('0.0.0.0/0', '::1')).toBe(false);
    expect(inside('::/0', '10.0.0.1')).toBe(true);
    expect(inside('1.2.3.4/32', '1.2.3.4')).toBe(true);
    expect(parseIpBlock('1.2.3.4/33')).toBeNull();
    expect(parseIpBlock('::/129')).toBeNull();
    expect(parseIpBlock('1.2.3.4/')).toBeNull();
  });
});

describe('exact numbers', () => {
  it('compare as doubles do, where doubles are exact', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (a, b) => {
          const [x, y] = [parseExactNumber(String(a)), parseExactNumber(String(b))];
          expect(x !== null && y !== null ? Math.sign(compareExact(x, y)) : null).toBe(a < b ? -1 : a > b ? 1 : 0);
        },
      ),
    );
  });

  it.each(['', '.', '-', '1e', '1e+', 'x1', '1x', '0x10', ' 1', 'NaN', 'Infinity', '1_000', '--1'])(
    'do not read %j',
    (text) => {
      expect(parseExactNumber(text)).toBeNull();
    },
  );

  it('are cut to whole numbers of any sign', () => {
    const cut = (text: string): bigint | null =>
      truncateExact(parseExactNumber(text) ?? { isNegative: false, magnitude: 0, digits: '' });
    expect([cut('1.9'), cut('-1.9'), cut('0.9'), cut('1e3'), cut('12e-1'), cut('1e30'), cut('-0')]).toEqual([
      1n,
      -1n,
      0n,
      1000n,
      1n,
      null,
      0n,
    ]);
  });

  it('take a long text in linear time', () => {
    const long = parseExactNumber(`${'9'.repeat(1_000_000)}x`);
    expect(long).toBeNull();
    expect(parseExactNumber(`1e${'9'.repeat(1_000_000)}`)).not.toBeNull();
  });
});

describe('words', () => {
  it.each([
    ['C:\\Windows\\System32\\cmd.exe /c Whoami', ['c', 'windows', 'system32', 'cmd.exe', 'c', 'whoami']],
    ["it's 3.14, or 1,000; a.b:c x_y __ _a", ["it's", '3.14', 'or', '1,000', 'a.b:c', 'x_y', '_a']],
    ['a.1 1.a foo-bar user@example.com', ['a', '1', '1', 'a', 'foo', 'bar', 'user', 'example.com']],
    ['Größe 東京 カタカナ e\u0301t ΑΣ', ['größe', '東', '京', 'カタカナ', 'e\u0301t', 'ασ']],
    ['... !!', []],
    ['x'.repeat(300), ['x'.repeat(255), 'x'.repeat(45)]],
  ])('of %j', (text, tokens) => {
    expect(analyzeText('standard', text)).toEqual(tokens);
  });

  it('of scripts keep hyphens', () => {
    expect(analyzeText('powershell', "[String]::Join('', $y) -Join New-Object")).toEqual([
      'string',
      'join',
      'y',
      '-join',
      'new-object',
    ]);
  });
});

describe('patterns', () => {
  it('fit as trying every way would', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
        (parts, text) => {
          const isFitting = new RegExp(`^${parts.join('.*')}$`).test(text);
          expect(matchesGlob(parts, text)).toBe(isFitting);
          expect(parseWildcardPattern(parts.join('*')).matches(text)).toBe(isFitting);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of the wildcard query know ? as one character and \\ as an escape', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\u{1f600}', '*', '?'), maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', '\u{1f600}'), maxLength: 6 }),
        (pattern, text) => {
          const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
          expect(parseWildcardPattern(pattern).matches(text)).toBe(expression.test(text));
        },
      ),
      { numRuns: 2_000 },
    );
    const escaped = parseWildcardPattern(String.raw`a\*b\?c*`);
    expect([escaped.matches('a*b?cd'), escaped.matches('axb?cd')]).toEqual([true, false]);
    expect(escaped.literals).toEqual(['a*b?c']);
  });

  it('may ignore case', () => {
    const fits = wildcardPredicate(fieldType('keyword'), 'CMD.e?e', { ignoreCase: true });
    expect([fits('cmd.EXE', 0), fits('cmd.ee', 0)]).toEqual([true, false]);
    expect(wildcardPredicate(fieldType('match_only_text'), 'who*')('x WHOAMI', 0)).toBe(true);
    expect(() => wildcardPredicate(fieldType('ip'), '10.*')).toThrow('knows no patterns');
  });
});

it('lower-cases character by character', () => {
  expect(lowerCase('ΑΣ İK ABC')).toBe('ασ ik abc');
});

it('orders text as its UTF-8 bytes', () => {
  const anyText = fc.string({ unit: fc.constantFrom('a', 'é', '\uffee', '\u{1f600}', '\ue000', '\ud7ff') });
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

it.each<[FieldKind, Scalar, unknown]>([
  ['keyword', 'A', 'A'],
  ['keyword', 'x'.repeat(1_025), null],
  ['keyword', new JsonNumber('1.0'), '1.0'],
  ['keyword', '', ''],
  ['ip', 'FE80::1', 'fe80::1'],
  ['ip', 'x', null],
  ['long', 7.9, 7],
  ['long', '443', 443],
  ['long', new JsonNumber('9007199254740993'), 9_007_199_254_740_993n],
  ['long', 2n ** 63n, null],
  ['double', '1.5', 1.5],
  ['float', 0.1, Math.fround(0.1)],
  ['boolean', 'true', true],
  ['boolean', '', false],
  ['date', '2020-01-01', 1_577_836_800_000],
  ['dynamic', 'x', 'x'],
  ['dynamic', new JsonNumber('1e3'), 1000],
  ['dynamic', new JsonNumber('9007199254740993'), 9_007_199_254_740_993n],
  ['dynamic', 0.5, 0.5],
  ['dynamic', false, false],
  ['dynamic', new Timestamp(5_000_001n, 9), '1970-01-01T00:00:00.005000001Z'],
  ['nested', 'x', null],
  ['match_only_text', 'x', null],
])('a %s value %s gives the term %s', (kind, value, term) => {
  expect(normalizeTerm(fieldType(kind), value)).toBe(term);
});
