import { describe, expect, it } from 'vitest';
import { compileRegexp } from './compile-regexp.ts';

describe('compileRegexp', () => {
  it.each([
    ['net\\.exe', 'net.exe'],
    ['"a*b"[c]', 'a*bc'],
    ['(ab){2}', 'abab'],
    ['', ''],
    ['a|a', null],
    ['.', null],
  ])('knows the only text of /%s/', (pattern, text) => {
    expect(compileRegexp(pattern).fixedText).toBe(text);
  });

  it.each(['.*', '.*?', '@', '(.|..)*', '~#', '.*|a', '(.+)?', 'a*|~(a*)'])(
    'knows that everything fits /%s/',
    (pattern) => {
      expect(compileRegexp(pattern).matchesEverything).toBe(true);
    },
  );

  it.each(['.+', '.', '', 'a*', '~()', '~a', '[^a]*', '#'])('knows that not everything fits /%s/', (pattern) => {
    expect(compileRegexp(pattern).matchesEverything).toBe(false);
  });

  it.each([
    ['.*powershell.*-enc.*', [['powershell'], ['-enc']]],
    ['(foo|barx)baz.*qux', [['foo', 'barx'], ['baz'], ['qux']]],
    ['(ab.*c|.*def)+', [['ab', 'def']]],
    ['(foo)?bar', [['bar']]],
    ['a(b|())c', [['a'], ['c']]],
    ['~(abc)d', [['d']]],
    ['.*ab.*&.*cd.*', [['ab'], ['cd']]],
    ['[ab]*', []],
  ])('finds the texts that /%s/ needs', (pattern, texts) => {
    expect(compileRegexp(pattern).requiredTexts).toEqual(texts);
  });

  it('cuts needed texts at letters that have no case in ASCII', () => {
    expect(compileRegexp('abécd', { ignoreCase: true }).requiredTexts).toEqual([['ab'], ['cd']]);
    expect(compileRegexp('abécd').requiredTexts).toEqual([['abécd']]);
  });

  it.each([
    ['.*a.{500}', 'ab'],
    ['(a|aa)+b', 'a'],
    ['(a*)*(b*)*c', 'ab'],
    ['((a+)+)+x', 'a'],
    ['.*(.*(.*(.*=.*)))', 'a'],
    ['~(.*a.*)&.*b.*', 'bc'],
  ])('runs /%s/ over a long text in linear time and bounded memory', (pattern, characters) => {
    const { matches } = compileRegexp(pattern);
    let seed = 7;
    const text = Array.from({ length: 100_000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return characters[(seed >> 8) % characters.length];
    }).join('');
    const startedAt = performance.now();
    matches(text);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('goes on as before when its table was thrown away in the middle of a text', () => {
    const { matches } = compileRegexp('.*a.{9}');
    let seed = 3;
    for (let round = 0; round < 2_000; round += 1) {
      const text = Array.from({ length: 40 }, () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        return 'abcdefgh'[(seed >> 8) % 2];
      }).join('');
      expect(matches(text)).toBe(text.at(-10) === 'a');
    }
  });

  it("reads what Java's Pattern has in common on the results of functions", () => {
    const java = (pattern: string, ignoreCase = false) =>
      compileRegexp(pattern, { dialect: 'java', ignoreCase }).matches;
    expect(java('a.b')('a\nb')).toBe(false);
    expect(java('a.b')('a\u2028b')).toBe(false);
    expect(java('a.b')('axb')).toBe(true);
    expect(java('~a&b@#"<1-9>')('~a&b@#"<1-9>')).toBe(true);
    expect(java('a||b')('')).toBe(true);
    expect(java('.*?x+?')('aaxx')).toBe(true);
    expect(java(String.raw`\s`)('\u000b')).toBe(true);
    expect(java(String.raw`[\\-z]`)('q')).toBe(true);
    expect(java('É[à-ü]', true)('éÀ')).toBe(true);
  });

  it.each(['^a', 'a$', '(?i)a', '*a', 'a++', 'a**', '[a[b]]', '[a&&b]', String.raw`\1`, String.raw`\Qa`])(
    'refuses /%s/ on the result of a function',
    (pattern) => {
      expect(() => compileRegexp(pattern, { dialect: 'java' })).toThrow('regular expression');
    },
  );
});
