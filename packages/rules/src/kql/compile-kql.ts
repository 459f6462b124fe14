// Syntax tree + field types -> everything that a rule asks of its query.

import type { EventView, FieldPath, Requirement } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { EventPredicate } from '../fields/field-values.ts';
import { bindKql } from './bind-kql.ts';
import type { BoundNode } from './bound-kql.ts';
import { compileBound } from './compile-bound.ts';
import { explainKql } from './explain-kql.ts';
import { kqlNeededFields, kqlRequirement } from './kql-requirement.ts';
import type { KqlNode } from './kql-tree.ts';

export interface CompiledKql {
  /** `nowMs` is what `now` in a date stands for. */
  readonly matches: EventPredicate;
  /** One entry for each clause of the query, whether it holds or not. */
  explain(event: EventView, nowMs: number): readonly ExplainedClause[];
  /** Necessary for `matches`. */
  readonly requirement: Requirement;
  /** Every field that is looked at, each with all that lies below it; null: any field (free text, names with stars). */
  readonly fields: readonly FieldPath[] | null;
  /** Fields of which every match has a value: all of the outer list, any of an inner one. */
  readonly neededFields: readonly (readonly string[])[];
}

/** Throws InputError KQL_TYPE or KQL_NESTED with `details: {line, column, offset}`; the message begins with `line:column: `. */
export function compileKql(tree: KqlNode, fieldTypes: FieldTypes): CompiledKql {
  const bound = bindKql(tree, fieldTypes);
  return {
    matches: compileBound(bound),
    explain: (event, nowMs) => explainKql(bound, event, nowMs),
    requirement: kqlRequirement(bound),
    fields: fieldsOf(bound),
    neededFields: kqlNeededFields(bound),
  };
}

function fieldsOf(bound: BoundNode): readonly FieldPath[] | null {
  const found = new Map<string, FieldPath>();
  let isOpen = false;
  const visit = (node: BoundNode): void => {
    switch (node.kind) {
      case 'leaf':
        isOpen ||= node.fields === null;
        for (const path of node.fields ?? []) found.set(path.name, path);
        return;
      case 'nested':
        found.set(node.fullPath.name, node.fullPath);
        visit(node.of);
        return;
      case 'not':
        visit(node.of);
        return;
      case 'and':
      case 'or':
        for (const child of node.of) visit(child);
    }
  };
  visit(bound);
  if (isOpen) return null;
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
