import { viewDocument } from '@coldhunt/core';
import { compileKql, createFieldTypes, explainTree, parseKql, shortfall } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { describeClauseTree, describeShortfall } from './describe-clause-tree.ts';
import { NO_SCREEN } from './screen.ts';

const EVENT = viewDocument({ process: { name: 'aws', args: ['send-command', '\u001b[31m'] }, user: { name: 'root' } });

function clauseOf(query: string): ReturnType<typeof compileKql>['clause'] {
  return compileKql(parseKql(query), createFieldTypes()).clause;
}

describe('a query on an event', () => {
  it('is a tree with marks, values and reasons, and obeys no escape', () => {
    const clause = clauseOf(
      'process.name: aws and (process.args: "--parameters" or host.name: *) and not user.name: root and not (user.id: 0 or user.id: 1)',
    );
    expect(describeClauseTree(explainTree(clause, EVENT, 0), NO_SCREEN)).toBe(
      [
        '  ✗ all of',
        '    ✓ process.name:aws  "aws"  (a value is equal)',
        '    ✗ any of',
        '      ✗ process.args:"--parameters"  "send-command", "\\u001b[31m"  (no value is equal)',
        '      ✗ host.name:*  (no value)',
        '    ✗ not user.name:root  "root"  (excluded by not)',
        '    ✓ none of',
        '      ✗ user.id:0  (no value)',
        '      ✗ user.id:1  (no value)',
        '',
      ].join('\n'),
    );
  });

  it('is told in words where marks are read aloud', () => {
    const told = describeClauseTree(explainTree(clauseOf('user.name: root'), EVENT, 0), {
      ...NO_SCREEN,
      isPlain: true,
    });
    expect(told).toBe('  holds: user.name:root  "root"  (a value is equal)\n');
  });

  it.each([
    ['process.args: "--parameters"', 'differs in one clause: process.args lacks "--parameters"'],
    ['host.name: *', 'differs in one clause: host.name has no value'],
    ['host.name: a', 'differs in one clause: host.name lacks a (it has no value)'],
    ['not user.name: root', 'differs in one clause: user.name:root is excluded'],
    [
      'a: 1 and b: 2 and c: 3 and d: 4 and user.name: root',
      'differs in 4 clauses: a lacks 1 (it has no value); b lacks 2 (it has no value); c lacks 3 (it has no value); and 1 more',
    ],
  ])('%s is told to differ', (query, expected) => {
    expect(describeShortfall(shortfall(clauseOf(query), { event: EVENT, nowMs: 0 }) ?? [])).toBe(expected);
  });
});
