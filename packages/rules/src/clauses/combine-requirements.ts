// Several requirements as one.

import { NO_REQUIREMENT, type Literal, type Requirement, type RequirementLeaf, type Scalar } from '@coldhunt/core';

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
  const values = leaves.flatMap((leaf) => leaf.values ?? []);
  const tests = leaves.flatMap(({ test }) => test ?? []);
  return [
    {
      kind: 'leaf',
      path: first.path,
      literals: leaves.every(({ literals }) => literals.length > 0) ? [...texts.values()] : [],
      ...(min === undefined && max === undefined
        ? {}
        : { range: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }),
      ...(leaves.every((leaf) => leaf.values !== undefined) ? { values: [...new Set(values)] } : {}),
      ...(tests.length === leaves.length ? { test: (value: Scalar) => tests.some((test) => test(value)) } : {}),
    },
  ];
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity);
}
