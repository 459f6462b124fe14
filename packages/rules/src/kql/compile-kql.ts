// A KQL query -> everything that a rule asks of it.

import { compileQuery, type CompiledQuery } from '../clauses/compile-query.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { bindKql } from './bind-kql.ts';
import type { KqlNode } from './kql-tree.ts';

/** Throws InputError KQL_TYPE or KQL_NESTED with `details: {line, column, offset}`; the message begins with `line:column: `. */
export function compileKql(tree: KqlNode, fieldTypes: FieldTypes): CompiledQuery {
  return compileQuery(bindKql(tree, fieldTypes));
}
