// A query as a tree on one event: ✓ or ✗ before each part, the values met, the reason; and in one line what an event that does not match
// would need.

import { countOf } from '@coldhunt/core';
import type { ExplainedClause, ExplainedNode } from '@coldhunt/rules';
import { styled, type Screen } from './screen.ts';
import { toTerminalText } from './terminal-text.ts';

const HEADS = { all: 'all of', any: 'any of', none: 'none of' } as const;
/** More differences than these are counted. */
const NAMED = 3;

/** One line a part, indented by its depth. */
export function describeClauseTree(node: ExplainedNode, screen: Screen, depth = 1): string {
  const head = `${'  '.repeat(depth)}${mark(node.holds, screen)} `;
  if (node.kind !== 'clause') {
    const parts = node.of.map((part) => describeClauseTree(part, screen, depth + 1));
    return `${head}${HEADS[node.kind]}\n${parts.join('')}`;
  }
  const { clause, values, reason } = node.clause;
  const met = values.length === 0 ? '' : `  ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  return `${head}${toTerminalText(clause)}${styled(screen, 'soft', toTerminalText(`${met}  (${reason})`))}\n`;
}

/** `differs in one clause: process.args lacks --parameters`. */
export function describeShortfall(differences: readonly ExplainedClause[]): string {
  const named = differences.slice(0, NAMED).map(describeDifference).join('; ');
  const more = differences.length - NAMED;
  const rest = more > 0 ? `; and ${countOf(more, 'more', 'more')}` : '';
  const number = differences.length === 1 ? 'one clause' : countOf(differences.length, 'clause');
  return `differs in ${number}: ${named}${rest}`;
}

function describeDifference({ clause, field, values, reason }: ExplainedClause): string {
  if (clause.startsWith('not '))
    return field === null ? `${clause} does not hold` : `${clause.slice('not '.length)} is excluded`;
  if (field === null) return `${clause} does not hold (${reason})`;
  const [, operator = '', operand] = /^\s*(:|==?)\s*(.+)$/s.exec(clause.slice(field.length)) ?? [];
  if (!clause.startsWith(field) || operator === '' || operand === undefined)
    return `${clause} does not hold (${reason})`;
  if (operand === '*') return `${field} has no value`;
  return `${field} lacks ${operand}${values.length === 0 ? ' (it has no value)' : ''}`;
}

/** Where marks are read aloud, words. */
function mark(holds: boolean | null, screen: Screen): string {
  if (holds === null) return screen.isPlain ? 'unknown:' : styled(screen, 'doubtful', '?');
  if (screen.isPlain) return holds ? 'holds:' : 'fails:';
  return holds ? styled(screen, 'good', '✓') : styled(screen, 'bad', '✗');
}
