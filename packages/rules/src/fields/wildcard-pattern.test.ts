import { describe, expect, it } from 'vitest';
import { parseWildcardPattern } from './wildcard-pattern.ts';

describe('parseWildcardPattern', () => {
  it.each(['*a*a*a*a*b', '?a*a*a*a*b', '*a?a*a?a*b', '*aa*?aa*aaa*b', '*?a*?a*?a*?b'])(
    'runs %s over a megabyte without going back far',
    (pattern) => {
      const startedAt = performance.now();
      expect(parseWildcardPattern(pattern).matches('a'.repeat(1_000_000))).toBe(false);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    },
  );
});
