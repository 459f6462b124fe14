// A rule's necessary condition -> bytes of which one stands in every line whose event can satisfy it, whatever the writer's JSON looks like.
//
// Why this is sound: only runs of printable ASCII are used, without the characters that have a two-character escape (`"` `\` `/`).
// JSON can spell such a character in two ways, as itself or as `\u00XX`. So either the run stands in the text as it is, or one of its
// characters stands there as `\u00XX`; these six bytes are literals too. If that text is itself a string within JSON (an
// envelope), the same holds for it: `\u00XX` stays as `\\u00XX`, which ends with it, or one of *its* characters is escaped in
// turn: the backslash, the `u`, or a hexadecimal digit. These escapes are in the set as well, so that it is closed under nesting.

import { InvariantError, type LineLiteral, type Literal, type Requirement } from '@coldhunt/core';
import { literalCost } from './literal-cost.ts';

/** Shorter runs stand in nearly every line. */
const MIN_RUN_BYTES = 3;
/** A longer literal is not rarer in practice, and the shortest of all decides how fast many are searched. */
const MAX_RUN_BYTES = 32;
/** So many are slow to search for. */
const MANY_LITERALS = 100;
/** What one literal costs that stands in most lines, as literalCost counts: `process`. */
const COMMON_COST = 60;
/** Literals that together cost as much let most lines through. */
const USELESS_COST = 500;
/** Printable ASCII; writers also like to escape `<` `>` `&` and `'`, so that runs end there too. */
const RUN = /[ !#-%(-.0-;=?-[\]-~]+/g;
const ESCAPE_ALPHABET = '\\u0123456789abcdefABCDEF';

/** Letters that other characters fold to without regard to case (U+212A, U+017F, U+0130), as UTF-8 and escaped. */
const FOLDED_TO: Readonly<Record<string, readonly string[]>> = {
  k: ['\u212a', '\\u212a', '\\u212A'],
  s: ['\u017f', '\\u017f', '\\u017F'],
  i: ['\u0130', '\\u0130'],
};

/**
 * The literals for one requirement, or null when it names no text that is long enough: then every line must be parsed. Of all
 * clauses the one is taken whose literals are likely the rarest.
 */
export function encodeLiterals(requirement: Requirement): readonly LineLiteral[] | null {
  const runs = pickRuns(requirement);
  return runs === null ? null : encodeRuns(runs.of);
}

/**
 * The literals for several rules at once: a line without any of them satisfies none of the requirements. Null when one of the rules
 * has no literals, and when so many are searched for, or such common ones, that the search would cost more than it saves.
 */
export function combineFilters(requirements: readonly Requirement[]): readonly LineLiteral[] | null {
  const all = new Map<string, Run>();
  let cost = 0;
  let isAnyCommon = false;
  for (const requirement of requirements) {
    const runs = pickRuns(requirement);
    if (runs === null) return null;
    isAnyCommon ||= runs.cost >= COMMON_COST;
    for (const run of runs.of) {
      const key = `${run.ignoreCase} ${run.text}`;
      if (all.has(key)) continue;
      all.set(key, run);
      cost += literalCost(run.text, run.ignoreCase);
    }
  }
  const isMany = all.size > MANY_LITERALS;
  if (isMany && (isAnyCommon || cost > USELESS_COST)) return null;
  return encodeRuns([...all.values()]);
}

interface Run {
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** Any of these runs stands in a satisfying event. */
interface Runs {
  readonly of: readonly Run[];
  readonly cost: number;
}

function pickRuns(requirement: Requirement): Runs | null {
  switch (requirement.kind) {
    case 'leaf':
      return runsOfAny(requirement.literals);
    case 'all':
      return requirement.of.reduce<Runs | null>((best, child) => cheaper(best, pickRuns(child)), null);
    case 'any': {
      // Any of nothing is satisfied by nothing: no literal is needed. Rules without a match are too rare to make use of it.
      const children = requirement.of.map((child) => pickRuns(child));
      if (children.length === 0 || children.includes(null)) return null;
      const parts = children.filter((child) => child !== null);
      return { of: parts.flatMap((part) => part.of), cost: parts.reduce((sum, part) => sum + part.cost, 0) };
    }
    default:
      throw new InvariantError('INVARIANT', 'a requirement of unknown kind');
  }
}

function runsOfAny(literals: readonly Literal[]): Runs | null {
  if (literals.length === 0) return null;
  const runs = literals.map((literal) => longestRun(literal));
  const usable = runs.filter((run) => run !== null);
  if (usable.length < runs.length) return null;
  return { of: usable, cost: usable.reduce((sum, run) => sum + literalCost(run.text, run.ignoreCase), 0) };
}

/** The run of a literal that is likely the rarest, or null when none is long enough. */
function longestRun({ text, ignoreCase }: Literal): Run | null {
  let best: Run | null = null;
  for (const [whole] of text.matchAll(RUN)) {
    const run = whole.slice(0, MAX_RUN_BYTES);
    if (run.length < MIN_RUN_BYTES) continue;
    if (best === null || literalCost(run, ignoreCase) < literalCost(best.text, ignoreCase)) {
      best = { text: run, ignoreCase };
    }
  }
  return best;
}

function cheaper(a: Runs | null, b: Runs | null): Runs | null {
  if (a === null || b === null) return a ?? b;
  return b.cost < a.cost ? b : a;
}

function encodeRuns(runs: readonly Run[]): readonly LineLiteral[] {
  const literals = new Map<string, LineLiteral>();
  const add = (text: string, ignoreCase: boolean): void => {
    literals.set(`${ignoreCase} ${text}`, { bytes: Buffer.from(text), ignoreCase });
  };
  const escaped = new Set(ESCAPE_ALPHABET);
  for (const { text, ignoreCase } of runs) {
    add(ignoreCase ? text.toLowerCase() : text, ignoreCase);
    for (const character of text) {
      for (const spelling of ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : [character]) {
        escaped.add(spelling);
      }
      if (ignoreCase) for (const other of FOLDED_TO[character.toLowerCase()] ?? []) add(other, false);
    }
  }
  for (const character of escaped) {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    for (const [first, second] of spellings(code)) add(`\\u00${first}${second}`, false);
  }
  return [...literals.values()];
}

/** A pair of hexadecimal digits in lower and upper case. */
function spellings(code: string): readonly (readonly [string, string])[] {
  const [first = '', second = ''] = code;
  const upper = second.toUpperCase();
  return second === upper
    ? [[first, second]]
    : [
        [first, second],
        [first, upper],
      ];
}
