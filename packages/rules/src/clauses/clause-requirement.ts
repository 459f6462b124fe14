// Clause -> what every matching event must have: a Requirement for the filters before the match, and the fields without
// which the clause cannot hold. Negations are pushed to the leaves; a negated leaf requires nothing.

import { NO_REQUIREMENT, type Requirement } from '@coldhunt/core';
import { anyOfLists, distinctLists } from './alternative-lists.ts';
import type { Clause } from './clause.ts';
import { allOf, anyOf } from './combine-requirements.ts';

/** A necessary condition of the clause. */
export function clauseRequirement(node: Clause, isNegated = false): Requirement {
  switch (node.kind) {
    case 'leaf':
      return isNegated ? NO_REQUIREMENT : node.requirement;
    case 'nested':
      return isNegated ? NO_REQUIREMENT : clauseRequirement(node.of);
    case 'not':
      return clauseRequirement(node.of, !isNegated);
    case 'and':
    case 'or': {
      const parts = node.of.map((child) => clauseRequirement(child, isNegated));
      return (node.kind === 'and') === isNegated ? anyOf(parts) : allOf(parts);
    }
  }
}

/** Fields of which every match has a value: all of the outer list, any of an inner one. */
export function clauseNeededFields(node: Clause, isNegated = false): readonly (readonly string[])[] {
  switch (node.kind) {
    case 'leaf':
      return isNegated || node.neededField === null ? [] : [[node.neededField]];
    case 'nested':
      return isNegated ? [] : clauseNeededFields(node.of);
    case 'not':
      return clauseNeededFields(node.of, !isNegated);
    case 'and':
    case 'or': {
      const parts = node.of.map((child) => clauseNeededFields(child, isNegated));
      return (node.kind === 'and') === isNegated ? anyOfLists(parts, shortest) : distinctLists(parts.flat());
    }
  }
}

function shortest(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce((a, b) => (b.length < a.length ? b : a));
}
