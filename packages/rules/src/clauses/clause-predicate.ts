// Hot path. Clause -> one closure. Nothing here allocates for an event beyond what values() returns.

import { InputError, type EventView, type Scalar } from '@coldhunt/core';
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
    case 'and': {
      const parts = flatten('and', node.of);
      const tests = parts.map((child) => clausePredicate(child));
      return parts.some((part) => mayFail(part)) ? decided(tests, false) : every(tests);
    }
    case 'or': {
      const parts = flatten('or', node.of);
      return parts.some((part) => mayFail(part)) ? decided(mergeTerms(parts), true) : some(mergeTerms(parts));
    }
    case 'nested':
      return nested(node);
  }
}

/** `a and (b and c)` is one chain. */
export function flatten(kind: 'and' | 'or', nodes: readonly Clause[]): readonly Clause[] {
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

/** Whether the test of a clause throws InputError on some events. */
export function mayFail(node: Clause): boolean {
  switch (node.kind) {
    case 'leaf':
      return node.mayFail === true;
    case 'and':
    case 'or':
      return node.of.some((part) => mayFail(part));
    default:
      return mayFail(node.of);
  }
}

/**
 * A chain of which a part may fail: it fails only where the other parts do not decide. So the order of the parts, and whether an event
 * that lacks what the chain requires is looked at, change nothing.
 */
function decided(tests: readonly EventPredicate[], decisive: boolean): EventPredicate {
  return (event, nowMs) => {
    let failure: InputError | null = null;
    for (const test of tests) {
      try {
        if (test(event, nowMs) === decisive) return decisive;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        failure ??= error;
      }
    }
    if (failure !== null) throw failure;
    return !decisive;
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
