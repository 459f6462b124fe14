// The explanation of a rule or query on one event, clause by clause, for a terminal.

import type { ExplainedClause } from '@coldhunt/rules';
import { toTerminalText } from './terminal-text.ts';

/** One line a clause: whether it holds, the clause, the values, the reason. */
export function describeClauses(clauses: readonly ExplainedClause[]): string {
  return clauses
    .map((clause) => {
      const values =
        clause.values.length === 0 ? '' : `  values ${clause.values.map((value) => JSON.stringify(value)).join(', ')}`;
      return `${toTerminalText(`  ${clause.holds ? 'holds         ' : 'does not hold '}  ${clause.clause}${values}  (${clause.reason})`)}\n`;
    })
    .join('');
}
