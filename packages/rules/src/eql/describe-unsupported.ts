// What of a query is recognised but not run yet: everything that looks at more than one event.

import type { EqlStatement } from './eql-tree.ts';

/** "uses a sequence with runs" for a rule that cannot be run, naming each part that stops it; null: it can. */
export function describeUnsupported(statement: EqlStatement): string | null {
  if (statement.kind === 'event') return null;
  const parts = [
    statement.terms.some((term) => term.isMissing) && 'a missing event',
    statement.terms.some((term) => term.runs !== null) && 'runs',
    statement.kind === 'sequence' && statement.until !== null && 'until',
  ].filter((part) => part !== false);
  const what = `uses a ${statement.kind}`;
  if (parts.length === 0) return what;
  return `${what} with ${parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`}`;
}
