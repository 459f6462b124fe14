// Bound tree -> what every matching event must have: a Requirement for the filters before the match, and the fields without
// which the query cannot hold. Negations are pushed to the leaves; a negated leaf requires nothing.

import { NO_REQUIREMENT, type Literal, type Requirement, type RequirementLeaf, type Scalar } from '@coldhunt/core';
import type { BoundNode } from './bound-kql.ts';

/** A necessary condition of the bound query. */
export function kqlRequirement(node: BoundNode, isNegated = false): Requirement {
  switch (node.kind) {
    case 'leaf':
      return isNegated ? NO_REQUIREMENT : node.requirement;
    case 'nested':
      return isNegated ? NO_REQUIREMENT : kqlRequirement(node.of);
    case 'not':
      return kqlRequirement(node.of, !isNegated);
    case 'and':
    case 'or': {
      const parts = node.of.map((child) => kqlRequirement(child, isNegated));
      return (node.kind === 'and') === isNegated ? anyOf(parts) : allOf(parts);
    }
  }
}

/** Fields of which every match has a value: all of the outer list, any of an inner one. */
export function kqlNeededFields(node: BoundNode, isNegated = false): readonly (readonly string[])[] {
  switch (node.kind) {
    case 'leaf':
      return isNegated || node.neededField === null ? [] : [[node.neededField]];
    case 'nested':
      return isNegated ? [] : kqlNeededFields(node.of);
    case 'not':
      return kqlNeededFields(node.of, !isNegated);
    case 'and':
    case 'or': {
      const parts = node.of.map((child) => kqlNeededFields(child, isNegated));
      return (node.kind === 'and') === isNegated ? anyOfLists(parts, shortest) : distinctLists(parts.flat());
    }
  }
}

/** All of these; a part that requires nothing is left out. */
export function allOf(parts: readonly Requirement[]): Requirement {
  const needed = parts.flatMap((part) => (part.kind === 'all' ? part.of : [part]));
  return needed.length === 1 ? (needed[0] as Requirement) : { kind: 'all', of: needed };
}

/** Any of these; nothing when one of them requires nothing. Alternatives on one field become one leaf. */
export function anyOf(parts: readonly Requirement[]): Requirement {
  const alternatives: Requirement[] = [];
  const leaves = new Map<string, RequirementLeaf[]>();
  for (const part of parts.flatMap((each) => (each.kind === 'any' ? each.of : [each]))) {
    if (part.kind === 'all' && part.of.length === 0) return NO_REQUIREMENT;
    if (part.kind !== 'leaf') {
      alternatives.push(part);
      continue;
    }
    const sameField = leaves.get(part.path.name);
    if (sameField === undefined) leaves.set(part.path.name, [part]);
    else sameField.push(part);
  }
  for (const sameField of leaves.values()) alternatives.push(...mergeLeaves(sameField));
  return alternatives.length === 1 ? (alternatives[0] as Requirement) : { kind: 'any', of: alternatives };
}

/** One leaf for alternatives on one field: texts, bounds and tests of all, each only where all have it. */
function mergeLeaves(leaves: readonly RequirementLeaf[]): readonly RequirementLeaf[] {
  const [first] = leaves;
  if (first === undefined || leaves.length === 1) return leaves;
  const texts = new Map<string, Literal>();
  for (const literal of leaves.flatMap(({ literals }) => literals))
    texts.set(`${literal.ignoreCase}${literal.text}`, literal);
  const mins = leaves.map(({ range }) => range?.min);
  const maxs = leaves.map(({ range }) => range?.max);
  const min = mins.every((each) => each !== undefined) ? least(mins) : undefined;
  const max = maxs.every((each) => each !== undefined) ? -least(maxs.map((each) => -each)) : undefined;
  const tests = leaves.flatMap(({ test }) => test ?? []);
  return [
    {
      kind: 'leaf',
      path: first.path,
      literals: leaves.every(({ literals }) => literals.length > 0) ? [...texts.values()] : [],
      ...(min === undefined && max === undefined
        ? {}
        : { range: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }),
      ...(tests.length === leaves.length ? { test: (value: Scalar) => tests.some((test) => test(value)) } : {}),
    },
  ];
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity);
}

/**
 * The literals of a requirement as texts for people and other tools: all of the outer list must stand in a matching event's values,
 * any of an inner one. Literals that are searched without case are left out, since a plain text could not say so.
 */
export function requiredLiterals(requirement: Requirement): string[][] {
  return literalLists(requirement).map((list) => [...list]);
}

function literalLists(requirement: Requirement): readonly (readonly string[])[] {
  switch (requirement.kind) {
    case 'leaf': {
      const { literals } = requirement;
      const isPlain = literals.length > 0 && literals.every(({ ignoreCase }) => !ignoreCase);
      return isPlain ? [[...new Set(literals.map(({ text }) => text))]] : [];
    }
    case 'all':
      return distinctLists(requirement.of.flatMap((part) => literalLists(part)));
    case 'any':
      return anyOfLists(
        requirement.of.map((part) => literalLists(part)),
        mostSelective,
      );
  }
}

/** The lists that all alternatives share, and one list made of the best of each. Nothing when an alternative has none. */
function anyOfLists(
  alternatives: readonly (readonly (readonly string[])[])[],
  best: (lists: readonly (readonly string[])[]) => readonly string[],
): readonly (readonly string[])[] {
  const [first] = alternatives;
  if (first === undefined || alternatives.some((lists) => lists.length === 0)) return [];
  const keys = alternatives.map((lists) => new Set(lists.map((list) => keyOf(list))));
  const shared = first.filter((list) => keys.every((known) => known.has(keyOf(list))));
  const sharedKeys = new Set(shared.map((list) => keyOf(list)));
  const rests = alternatives.map((lists) => lists.filter((list) => !sharedKeys.has(keyOf(list))));
  // An alternative with nothing beyond the shared is implied by them: the others then add nothing that every match has.
  if (rests.some((lists) => lists.length === 0)) return shared;
  return [...shared, [...new Set(rests.flatMap((lists) => best(lists)))]];
}

function shortest(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce((a, b) => (b.length < a.length ? b : a));
}

/** The list whose shortest text is longest. */
function mostSelective(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce((a, b) => (shortestLength(b) > shortestLength(a) ? b : a));
}

function shortestLength(list: readonly string[]): number {
  return list.reduce((length, text) => Math.min(length, text.length), Infinity);
}

function distinctLists(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(lists.map((list) => [keyOf(list), list])).values()];
}

function keyOf(list: readonly string[]): string {
  return JSON.stringify(list.toSorted());
}
