import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PipedMatches } from './piped-matches.ts';

const AT = { offset: 0, line: 1, column: 1 };

it('keeps what cutting all matches at once would keep, in order of time', () => {
  const anyPipe = fc.record({ kind: fc.constantFrom('head' as const, 'tail' as const), count: fc.nat(20) });
  const anyTimes = fc
    .array(fc.nat(50), { maxLength: 60 })
    .map((times) => Array.from({ length: 60 }, () => times).flat());
  fc.assert(
    fc.property(fc.array(anyPipe, { minLength: 1, maxLength: 3 }), anyTimes, (pipes, times) => {
      const piped = new PipedMatches(pipes.map((pipe) => ({ ...pipe, at: AT })));
      for (const [index, time] of times.entries()) piped.add(time, Buffer.from(String(index)));
      let expected = [...times.keys()].toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      for (const { kind, count } of pipes) {
        expected = expected.filter((_, index) => (kind === 'head' ? index < count : index >= expected.length - count));
      }
      expect(piped.take().map((bytes) => Number(Buffer.from(bytes).toString()))).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});
