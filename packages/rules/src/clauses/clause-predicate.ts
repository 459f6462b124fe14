// Hot path. Clause -> one closure. Nothing here allocates for an event beyond what values() returns.

import type { EventView, Scalar } from '@coldhunt/core';
import { anyValue, type EventPredicate } from '../fields/field-values.ts';
import { indexedText } from '../fields/indexed-text.ts';
import { lowerCase } from '../fields/lower-case.ts';
import type { Clause, LeafClause, NestedClause } from './clause.ts';

/** The test of a clause, built once. */
export function clausePredicate(node: Clause): EventPredicate {
  switch (node.kind) {
    case 'leaf':
      return node.matches;
    case 'not': {
      const inner = clausePredicate(node.of);
      return (event, nowMs) => !inner(event, nowMs);
    }
    case 'and':
      return every(flatten('and', node.of).map((child) => clausePredicate(child)));
    case 'or':
      return some(mergeTerms(flatten('or', node.of)));
    case 'nested':
      return nested(node);
  }
}

/** `a and (b and c)` is one chain. */
function flatten(kind: 'and' | 'or', nodes: readonly Clause[]): readonly Clause[] {
  return nodes.flatMap((node) => (node.kind === kind ? flatten(kind, node.of) : [node]));
}

function every(tests: readonly EventPredicate[]): EventPredicate {
  const [first, second] = tests;
  if (first !== undefined && second !== undefined && tests.length === 2) {
    return (event, nowMs) => first(event, nowMs) && second(event, nowMs);
  }
  return (event, nowMs) => {
    for (let index = 0; index < tests.length; index += 1) {
      if (!(tests[index] as EventPredicate)(event, nowMs)) return false;
    }
    return true;
  };
}

function some(tests: readonly EventPredicate[]): EventPredicate {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (event, nowMs) => {
    for (let index = 0; index < tests.length; index += 1) {
      if ((tests[index] as EventPredicate)(event, nowMs)) return true;
    }
    return false;
  };
}

/** Equalities with terms on one field become one look-up in a set, in the place of the first of them. */
function mergeTerms(nodes: readonly Clause[]): readonly EventPredicate[] {
  const byField = new Map<string, LeafClause[]>();
  for (const node of nodes) {
    if (node.kind !== 'leaf' || node.term === null) continue;
    const { name } = node.term.field;
    const same = byField.get(name);
    if (same === undefined) byField.set(name, [node]);
    else same.push(node);
  }
  const tests: EventPredicate[] = [];
  const done = new Set<string>();
  for (const node of nodes) {
    const same = node.kind === 'leaf' && node.term !== null ? byField.get(node.term.field.name) : undefined;
    if (same === undefined || same.length === 1) {
      tests.push(clausePredicate(node));
    } else if (!done.has(same[0]?.term?.field.name ?? '')) {
      done.add(same[0]?.term?.field.name ?? '');
      tests.push(termSet(same));
    }
  }
  return tests;
}

function termSet(leaves: readonly LeafClause[]): EventPredicate {
  const terms = leaves.flatMap(({ term }) => term ?? []);
  const [first] = terms;
  if (first === undefined) return () => false;
  const { field } = first;
  const { type } = field;
  const wanted = new Set(terms.map(({ text }) => (type.isLowerCase ? lowerCase(text) : text)));
  const isWanted = (value: Scalar): boolean => {
    const term = indexedText(type, value);
    return term !== null && wanted.has(term);
  };
  return anyValue(field, isWanted);
}

function nested({ path, isUnmapped, of }: NestedClause): EventPredicate {
  if (isUnmapped) return () => false;
  const inner = clausePredicate(of);
  return (event, nowMs) => {
    const objects = event.objects(path);
    for (let index = 0; index < objects.length; index += 1) {
      if (inner(objects[index] as EventView, nowMs)) return true;
    }
    return false;
  };
}
