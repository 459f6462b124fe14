// What stands after `with` in a sequence: `maxspan=5m` of the whole, `runs=3` of a term.

import type { EqlScanner } from './eql-scanner.ts';
import type { EqlSequence, EqlTimeUnit } from './eql-tree.ts';
import { expected } from './expected.ts';

const UNITS: readonly EqlTimeUnit[] = ['ms', 's', 'm', 'h', 'd'];
const MAX_RUNS = 100;

/** `maxspan=5m`. */
export function parseMaxspan(scanner: EqlScanner): EqlSequence['maxspan'] {
  if (!scanner.takeIf('maxspan')) throw expected(scanner, '"maxspan" after "with"');
  const count = parseCount(scanner, 'maxspan');
  const { from } = scanner.previous;
  const { token } = scanner;
  const unit = token.kind === 'name' ? UNITS.find((each) => each === token.text) : undefined;
  if (unit === undefined) throw expected(scanner, 'a unit of time (ms, s, m, h or d), as in maxspan=5m');
  scanner.take();
  if (count < 1) throw scanner.error(from, 'maxspan must be at least 1');
  return { count, unit };
}

/** `runs=3`. */
export function parseRuns(scanner: EqlScanner): number {
  const { token } = scanner;
  if (token.kind !== 'name' || token.text !== 'runs') throw expected(scanner, '"runs" after "with"');
  scanner.take();
  const runs = parseCount(scanner, 'runs');
  if (runs < 1 || runs > MAX_RUNS)
    throw scanner.error(token.from, `runs must lie between 1 and ${MAX_RUNS}, found ${runs}`);
  return runs;
}

/** `=` and a whole number. */
function parseCount(scanner: EqlScanner, what: string): number {
  if (!scanner.takeIf('=')) throw expected(scanner, `"=" after "${what}"`);
  const { token } = scanner;
  if (token.kind !== 'number' || token.value.type === 'double') throw expected(scanner, `a whole number for ${what}`);
  scanner.take();
  return Number(token.value.value);
}
