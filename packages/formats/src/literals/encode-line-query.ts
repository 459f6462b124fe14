// Rules' necessary conditions -> what must stand in the bytes of every line whose event can satisfy one, whatever the writer's JSON looks like.
//
// Why this is sound: only runs of printable ASCII are used, without the characters that have a two-character escape (`"` `\` `/`).
// JSON can spell such a character in two ways, as itself or as `\u00XX`. So either the run stands in the text as it is, or one of its
// characters stands there as `\u00XX`; a line with these six bytes is a candidate whatever else it holds. If that text is itself a string within JSON (an
// envelope), the same holds for it: `\u00XX` stays as `\\u00XX`, which ends with it, or one of *its* characters is escaped in
// turn: the backslash, the `u`, or a hexadecimal digit. These escapes are in the set as well, so that it is closed under nesting.

import { InvariantError, type LineLiteral, type LineQuery, type Literal, type Requirement } from '@coldhunt/core';
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
/** Clauses that are asked for besides the one that is searched for. */
const MAX_OTHERS = 4;
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
 * What lines are searched for, for several rules at once: a line that the query does not take satisfies none of the requirements. For each
 * rule the clause is searched whose literals are likely the rarest; of its other clauses those that rule anything out must hold too. Null
 * when one of the rules names no text that is long enough, and when so many literals are searched for, or such common ones, that the search would
 * cost more than it saves: then every line must be parsed.
 */
export function encodeLineQuery(requirements: readonly Requirement[]): LineQuery | null {
  const conditions: (readonly Runs[])[] = [];
  for (const requirement of requirements) {
    const own = conditionsOf(requirement);
    if (own === null) return null;
    conditions.push(...own);
  }
  return isWorthwhile(conditions.map(([first]) => first as Runs)) ? encodeConditions(conditions) : null;
}

function isWorthwhile(searched: readonly Runs[]): boolean {
  const all = new Map<string, Run>();
  for (const { of } of searched) for (const run of of) all.set(`${run.ignoreCase} ${run.text}`, run);
  if (all.size <= MANY_LITERALS) return true;
  const cost = [...all.values()].reduce((sum, run) => sum + literalCost(run.text, run.ignoreCase), 0);
  return cost <= USELESS_COST && searched.every((runs) => runs.cost < COMMON_COST);
}

/**
 * How far a search helps one rule alone: `common` when what it is searched for stands in most lines of an endpoint's events, `not` when
 * there is nothing to search for.
 */
export function searchOutlook(requirement: Requirement): 'rare' | 'common' | 'not' {
  const conditions = conditionsOf(requirement);
  if (conditions === null) return 'not';
  return conditions.some(([first]) => first !== undefined && first.cost >= COMMON_COST) ? 'common' : 'rare';
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

/** Clauses of which, for one of the conditions, all hold: the rarest first. Null when nothing is known. */
function conditionsOf(requirement: Requirement): readonly (readonly Runs[])[] | null {
  if (requirement.kind === 'any' && requirement.of.length > 0) {
    const children = requirement.of.map((child) => conditionsOf(child));
    const known = children.filter((child) => child !== null);
    return known.length === children.length ? known.flat() : null;
  }
  const [first, ...others] = clausesOf(requirement).toSorted((a, b) => a.cost - b.cost);
  if (first === undefined) return null;
  return [[first, ...others.filter(({ cost }) => cost < COMMON_COST).slice(0, MAX_OTHERS)]];
}

/** Each of these clauses holds for a satisfying event. */
function clausesOf(requirement: Requirement): readonly Runs[] {
  switch (requirement.kind) {
    case 'leaf': {
      const runs = runsOfAny(requirement.literals);
      return runs === null ? [] : [runs];
    }
    case 'all':
      return requirement.of.flatMap((child) => clausesOf(child));
    case 'any': {
      // Any of nothing is satisfied by nothing: no literal is needed. Rules without a match are too rare to make use of it.
      const parts = requirement.of.map((child) => cheapest(clausesOf(child)));
      const known = parts.filter((part) => part !== null);
      if (parts.length === 0 || known.length < parts.length) return [];
      return [{ of: known.flatMap(({ of }) => of), cost: known.reduce((sum, { cost }) => sum + cost, 0) }];
    }
    default:
      throw new InvariantError('INVARIANT', 'a requirement of unknown kind');
  }
}

function cheapest(clauses: readonly Runs[]): Runs | null {
  return clauses.reduce<Runs | null>((best, each) => (best === null || each.cost < best.cost ? each : best), null);
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

function encodeConditions(conditions: readonly (readonly Runs[])[]): LineQuery {
  const runs = conditions.flatMap((clauses) => clauses.flatMap(({ of }) => of));
  return {
    literals: otherSpellings(runs),
    conditions: conditions.map((clauses) => clauses.map(({ of }) => of.map(toLiteral))),
  };
}

function toLiteral({ text, ignoreCase }: Run): LineLiteral {
  return { bytes: Buffer.from(ignoreCase ? text.toLowerCase() : text), ignoreCase };
}

/** What stands in a line that spells one of the runs in another way than byte by byte. */
function otherSpellings(runs: readonly Run[]): readonly LineLiteral[] {
  const literals = new Map<string, LineLiteral>();
  const add = (text: string): void => {
    literals.set(text, { bytes: Buffer.from(text), ignoreCase: false });
  };
  const escaped = new Set(ESCAPE_ALPHABET);
  for (const { text, ignoreCase } of runs) {
    for (const character of text) {
      for (const spelling of ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : [character]) {
        escaped.add(spelling);
      }
      if (ignoreCase) for (const other of FOLDED_TO[character.toLowerCase()] ?? []) add(other);
    }
  }
  for (const character of escaped) {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    for (const [first, second] of spellings(code)) add(`\\u00${first}${second}`);
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
