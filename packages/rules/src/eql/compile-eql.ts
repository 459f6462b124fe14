// An EQL event query -> everything that a rule asks of it.

import type { Clause } from '../clauses/clause.ts';
import { compileQuery, type CompiledQuery } from '../clauses/compile-query.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import { equalsTest } from '../clauses/leaf-test.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { bindEql } from './bind-eql.ts';
import { checkEql } from './check-eql.ts';
import { EqlFields, type EqlFieldOptions } from './eql-fields.ts';
import { atPlace } from './eql-problem.ts';
import type { EqlEventQuery } from './eql-tree.ts';
import { foldEql } from './fold-eql.ts';
import { printEqlName, printEqlString } from './print-eql.ts';

export interface CompileEqlOptions extends EqlFieldOptions {
  /** The field of an event's category. Default: `event.category`. */
  readonly categoryField?: string;
}

export interface CompiledEql extends CompiledQuery {
  /** One for each field that nothing knows. */
  readonly warnings: readonly string[];
}

/**
 * Pipes are the caller's: they choose among matches. Throws InputError EQL_TYPE, EQL_FIELD, REGEXP_SYNTAX and REGEXP_LIMIT with
 * `details: {line, column, offset}`; the message begins with `line:column: `. `matches` throws InputError EQL_ARITHMETIC and
 * EQL_COMBINATIONS on events for which Elasticsearch would fail the search.
 */
export function compileEql(query: EqlEventQuery, fieldTypes: FieldTypes, options: CompileEqlOptions = {}): CompiledEql {
  const fields = new EqlFields(fieldTypes, options);
  const category = bindCategory(query, fields, options.categoryField);
  checkEql(query.condition, fields);
  const condition = bindEql(
    foldEql(query.condition, (field) => fields.isNull(field)),
    fields,
  );
  const clause: Clause = category === null ? condition : { kind: 'and', of: [category, condition] };
  return { ...compileQuery(clause), warnings: fields.warnings };
}

/** `process where …`: some value of the category field is "process", in this case (semantics-eql.md 3). `any` asks for nothing. */
export function bindCategory(
  { category, at }: EqlEventQuery,
  fields: EqlFields,
  name = 'event.category',
): Clause | null {
  if (category === null) return null;
  const field = fields.resolve({ kind: 'field', name, isOptional: false, at });
  const test = atPlace(at, field.name, () => equalsTest(field.type, category, { isPhrase: false }));
  return fieldLeaf(field, test, { text: `${printEqlName(name)} == ${printEqlString(category)}` });
}
