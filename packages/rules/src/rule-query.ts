// A rule's query in its language -> what it asks of an event.

import { InputError } from '@coldhunt/core';
import type { CompiledQuery } from './clauses/compile-query.ts';
import { compileEql, type CompileEqlOptions } from './eql/compile-eql.ts';
import { describeUnsupported } from './eql/describe-unsupported.ts';
import type { EqlFieldOptions } from './eql/eql-fields.ts';
import { eqlProblems } from './eql/eql-problems.ts';
import type { EqlEventQuery, EqlStatement } from './eql/eql-tree.ts';
import { parseEql } from './eql/parse-eql.ts';
import type { FieldTypes } from './fields/field-types.ts';
import { compileKql } from './kql/compile-kql.ts';
import { kqlProblems } from './kql/kql-problems.ts';
import { parseKql } from './kql/parse-kql.ts';
import type { Rule } from './rule.ts';

export interface RuleQueryOptions extends EqlFieldOptions {
  readonly fieldTypes: FieldTypes;
}

export interface CompiledRuleQuery extends CompiledQuery {
  readonly warnings: readonly string[];
}

type QueryRule = Pick<Rule, 'language' | 'query' | 'event_category_override'>;

/**
 * In a rule an unknown field of EQL is a warning by default. Throws InputError: what the parser and compiler of the language throw, and
 * RULE_UNSUPPORTED for a query that looks at more than one event.
 */
export function compileRuleQuery(rule: QueryRule, options: RuleQueryOptions): CompiledRuleQuery {
  const { fieldTypes } = options;
  if (rule.language === 'kuery') return { ...compileKql(parseKql(rule.query), fieldTypes), warnings: [] };
  return compileEql(parseEventQuery(rule), fieldTypes, eqlOptions(rule, options));
}

function parseEventQuery(rule: QueryRule): EqlEventQuery {
  const statement = parseEql(rule.query);
  const reason = unsupportedStatement(statement);
  if (statement.kind === 'event' && reason === null) return statement;
  throw new InputError('RULE_UNSUPPORTED', `the query ${reason ?? 'is no event query'}, which cannot be run yet`);
}

function eqlOptions(rule: QueryRule, options: RuleQueryOptions): CompileEqlOptions {
  const { unknownFields = 'warn' } = options;
  const { event_category_override: category } = rule;
  return { ...options, unknownFields, ...(category === undefined ? {} : { categoryField: category }) };
}

/** So many problems of one query are told. */
const MAX_PROBLEMS = 100;

/** What compileRuleQuery throws; every problem with a field or its type, in order of their places, at most 100. None: it compiles. */
export function ruleQueryProblems(rule: QueryRule, options: RuleQueryOptions): readonly InputError[] {
  const { fieldTypes } = options;
  try {
    const found =
      rule.language === 'kuery'
        ? kqlProblems(parseKql(rule.query), fieldTypes)
        : eqlProblems(parseEventQuery(rule), fieldTypes, eqlOptions(rule, options));
    return found.slice(0, MAX_PROBLEMS);
  } catch (error) {
    if (error instanceof InputError) return [error];
    throw error;
  }
}

/** Why a query that parses cannot be run as a rule yet: "uses a sequence"; null: it can. Throws EQL_SYNTAX and EQL_LIMIT. */
export function unsupportedQuery({ language, query }: QueryRule): string | null {
  return language === 'eql' ? unsupportedStatement(parseEql(query)) : null;
}

function unsupportedStatement(statement: EqlStatement): string | null {
  const reason = describeUnsupported(statement);
  if (reason !== null) return reason;
  const [pipe] = statement.pipes;
  return pipe === undefined ? null : `uses the pipe ${pipe.kind}, which cuts the matches of each search`;
}
