// A whole EQL query -> text that parses to the same tree.

import type { EqlEventFilter, EqlField, EqlSequence, EqlStatement, EqlTerm } from './eql-tree.ts';
import { EQL_KEYWORDS } from './eql-scanner.ts';
import { printEql, printEqlString } from './print-eql.ts';

export function printEqlStatement(statement: EqlStatement): string {
  return [printBody(statement), ...statement.pipes.map(({ kind, count }) => `| ${kind} ${count}`)].join(' ');
}

function printBody(statement: EqlStatement): string {
  switch (statement.kind) {
    case 'event':
      return printFilter(statement);
    case 'sample':
      return ['sample', ...printKeys(statement.by), ...statement.terms.map(printTerm)].join(' ');
    case 'sequence':
      return [
        'sequence',
        ...printKeys(statement.by),
        ...printMaxspan(statement.maxspan),
        ...statement.terms.map(printTerm),
        ...(statement.until === null ? [] : ['until', printTerm(statement.until)]),
      ].join(' ');
  }
}

function printFilter({ category, condition }: EqlEventFilter): string {
  return `${category === null ? 'any' : printCategory(category)} where ${printEql(condition)}`;
}

function printCategory(category: string): string {
  const isPlain = /^[A-Za-z_@][A-Za-z0-9_]*$/.test(category) && !EQL_KEYWORDS.has(category);
  return isPlain ? category : printEqlString(category);
}

function printTerm(term: EqlTerm): string {
  const runs = term.runs === null ? [] : [`with runs=${term.runs}`];
  return [`${term.isMissing ? '!' : ''}[${printFilter(term)}]`, ...printKeys(term.by), ...runs].join(' ');
}

function printKeys(by: readonly EqlField[]): readonly string[] {
  return by.length === 0 ? [] : [`by ${by.map((key) => printEql(key)).join(', ')}`];
}

function printMaxspan(maxspan: EqlSequence['maxspan']): readonly string[] {
  return maxspan === null ? [] : [`with maxspan=${maxspan.count}${maxspan.unit}`];
}
