// The texts that a requirement asks for, for people and other tools.

import type { Requirement } from '@coldhunt/core';
import { anyOfLists, distinctLists } from './alternative-lists.ts';

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

/** The list whose shortest text is longest. */
function mostSelective(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce((a, b) => (shortestLength(b) > shortestLength(a) ? b : a));
}

function shortestLength(list: readonly string[]): number {
  return list.reduce((length, text) => Math.min(length, text.length), Infinity);
}
