// The checks of a query's text, in either language.

import { InputError } from '@coldhunt/core';
import { EqlFields } from '../eql/eql-fields.ts';
import type { EqlEventFilter, EqlStatement } from '../eql/eql-tree.ts';
import { parseEql } from '../eql/parse-eql.ts';
import { printEql } from '../eql/print-eql.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { kqlDoubts } from '../kql/kql-doubts.ts';
import { parseKql } from '../kql/parse-kql.ts';
import type { TextPosition } from '../text-position.ts';
import { ALLOWED_VALUES } from './allowed-values.ts';
import { checkContradictions } from './contradictions.ts';
import { checkValues } from './check-values.ts';
import { eqlParts } from './eql-parts.ts';
import { kqlParts } from './kql-parts.ts';
import type { QueryPart, Report, ReportedCode } from './query-part.ts';

export interface QueryFinding {
  readonly code: ReportedCode;
  readonly at: TextPosition;
  readonly message: string;
}

export interface LintedQuery {
  readonly language: 'kuery' | 'eql';
  readonly query: string;
  readonly event_category_override?: string;
}

/**
 * In the order of their places, the same finding at one place once. Each term of an EQL sequence is looked at alone. A query that does
 * not parse has none: that is told where it is loaded.
 */
export function lintQuery(query: LintedQuery, fieldTypes: FieldTypes): readonly QueryFinding[] {
  const found = new Map<string, QueryFinding>();
  const report: Report = (code, at, message) => {
    const key = JSON.stringify([code, at.offset, message]);
    if (!found.has(key)) found.set(key, { code, at, message });
  };
  try {
    if (query.language === 'kuery') lintKql(query, fieldTypes, report);
    else lintEql(query, fieldTypes, report);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [];
  }
  return [...found.values()].toSorted((a, b) => a.at.offset - b.at.offset);
}

function lintKql({ query }: LintedQuery, types: FieldTypes, report: Report): void {
  const tree = parseKql(query);
  for (const { kind, at, message } of kqlDoubts(tree, query, types)) if (kind === 'not-kql') report(kind, at, message);
  check(kqlParts(tree, { types, report }), report);
}

function lintEql({ query, event_category_override: override }: LintedQuery, types: FieldTypes, report: Report): void {
  const fields = new EqlFields(types, { unknownFields: 'warn' });
  for (const filter of filtersOf(parseEql(query))) {
    if (override === undefined) checkCategory(filter, report);
    const { condition } = filter;
    if (condition.kind !== 'literal') check(eqlParts(condition, { fields, report }), report);
    // `process where true` is how EQL asks for everything.
    else if (condition.value !== true)
      report('constant', condition.at, `where ${printEql(condition)}: nothing can match`);
  }
}

function filtersOf(statement: EqlStatement): readonly EqlEventFilter[] {
  if (statement.kind === 'event') return [statement];
  const until = statement.kind === 'sequence' && statement.until !== null ? [statement.until] : [];
  return [...statement.terms, ...until];
}

/** `Process where …`: the category is compared in its case. */
function checkCategory({ category, at }: EqlEventFilter, report: Report): void {
  const allowed = ALLOWED_VALUES.get('event.category')?.values ?? [];
  if (category === null || allowed.includes(category)) return;
  const lower = category.toLowerCase();
  if (allowed.includes(lower))
    report('wrong-case', at, `event.category is compared in its case, and ECS writes "${lower}", not "${category}"`);
  else
    report(
      'not-allowed',
      at,
      `ECS does not allow "${category}" in event.category: expected ${allowed.join(', ')}, or any`,
    );
}

function check(part: QueryPart, report: Report): void {
  checkValues(part, report);
  checkContradictions(part, report);
}
