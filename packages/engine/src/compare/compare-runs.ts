// Two runs of the same rules -> for each alert of either whether the other has it, and why not. Decisions of both are sorted by the event
// that they are about and read side by side, so that nothing is held in memory.

import {
  InputError,
  compareText,
  parseJson,
  stringifyDocument,
  type Document,
  type DocumentValue,
  type RunStore,
} from '@coldhunt/core';
import type { Rule, Term } from '@coldhunt/rules';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { decisions } from '../reduce/decisions.ts';
import type { Decision } from '../reduce/output.ts';
import { SpillSorter } from '../reduce/spill-sorter.ts';
import { toMatch, type Evidence } from '../scan/output.ts';
import { whyNot, type Decided, type Reason } from './why-not.ts';

export interface ComparedRun {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
}

/** An alert of either run. */
export interface Compared {
  readonly in: 'both' | 'only_a' | 'only_b';
  readonly rule_id: string;
  /** Effective time, in the run that has it. Milliseconds. */
  readonly time_ms: number;
  readonly terms: readonly Term[] | null;
  readonly host_names: readonly string[];
  /** Which execution raised it, in each run; null: it did not, or has no executions. */
  readonly ticks: { readonly a: number | null; readonly b: number | null };
  /** Why the other run has none; null: it has. */
  readonly reason: Reason | null;
  readonly evidence: Evidence;
}

export type Side = 'a' | 'b';

/** What one of the runs decided. */
export interface SideDecision {
  readonly side: Side;
  readonly decision: Decision;
}

export interface CompareOptions {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** For what does not fit into memory. */
  readonly scratch: RunStore;
  readonly memoryChars?: number;
  readonly signal?: AbortSignal;
}

/** Alerts by rule, terms and evidence. Throws InputError RULE_NOT_FOUND when the runs share no rule, RUN_UNFINISHED. */
export async function* compareRuns(options: CompareOptions): AsyncGenerator<readonly Compared[]> {
  const { a, b, scratch, memoryChars, signal } = options;
  const rules = sharedRules(a.run, b.run);
  const entries = new SpillSorter<SideDecision>(scratch, {
    compare: (x, y) => compareEvents(x.decision, y.decision) || compareText(x.side, y.side),
    encode: encodeSideDecision,
    decode: decodeSideDecision,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  for (const [side, own] of [
    ['a', a],
    ['b', b],
  ] as const) {
    for await (const batch of decisions({ ...own, ...(signal === undefined ? {} : { signal }) })) {
      for (const decision of batch) if (rules.has(decision.match.rule_id)) await entries.add({ side, decision });
    }
  }
  const toCompared = (group: readonly SideDecision[]): readonly Compared[] => compareGroup(group, { a, b, rules });
  try {
    let group: SideDecision[] = [];
    for await (const batch of entries.sorted()) {
      signal?.throwIfAborted();
      const told: Compared[] = [];
      for (const entry of batch) {
        const [first] = group;
        if (first !== undefined && compareEvents(first.decision, entry.decision) !== 0) {
          told.push(...toCompared(group));
          group = [];
        }
        group.push(entry);
      }
      if (told.length > 0) yield told;
    }
    if (group.length > 0) yield toCompared(group);
  } finally {
    await entries.clear();
  }
}

function sharedRules(a: RunFile, b: RunFile): ReadonlyMap<string, Rule> {
  const others = new Set(b.question.rules.map(({ rule }) => rule.rule_id));
  const shared = a.question.rules.filter(({ rule }) => others.has(rule.rule_id));
  if (shared.length === 0) throw new InputError('RULE_NOT_FOUND', 'the two runs have no rule in common');
  return new Map(shared.map(({ rule }) => [rule.rule_id, rule]));
}

/** What both runs say of one event and its terms. */
export function compareGroup(
  group: readonly SideDecision[],
  { a, b, rules }: { readonly a: ComparedRun; readonly b: ComparedRun; readonly rules: ReadonlyMap<string, Rule> },
): readonly Compared[] {
  const of = (side: Side): readonly Decision[] =>
    group.filter((entry) => entry.side === side).map(({ decision }) => decision);
  const [inA, inB] = [of('a'), of('b')];
  const [raisedA, raisedB] = [inA, inB].map((all) => all.find(({ verdict }) => verdict === 'alert') ?? null);
  const raised = raisedA ?? raisedB ?? null;
  if (raised === null) return [];
  const { match } = raised;
  const rule = rules.get(match.rule_id) as Rule;
  const isInBoth = raisedA !== null && raisedB !== null;
  const [mine, theirs, others] = raisedA === null ? [b, a, inA] : [a, b, inB];
  const toDecided = ({ run }: ComparedRun, decision: Decision): Decided => ({ question: run.question, decision });
  const [other] = others;
  const reason = isInBoth
    ? null
    : whyNot(rule, toDecided(mine, raised), other === undefined ? null : toDecided(theirs, other), theirs.run.question);
  return [
    {
      in: isInBoth ? 'both' : raisedA === null ? 'only_b' : 'only_a',
      rule_id: match.rule_id,
      time_ms: match.time_ms,
      terms: match.terms,
      host_names: match.host_names,
      ticks: { a: raisedA?.tick_ms ?? null, b: raisedB?.tick_ms ?? null },
      reason,
      evidence: match.evidence,
    },
  ];
}

/** The order of (rule, terms, where the event lies). */
export function compareEvents({ match: a }: Decision, { match: b }: Decision): number {
  return (
    compareText(a.rule_id, b.rule_id) ||
    compareText(a.term_key, b.term_key) ||
    compareText(a.evidence.uri, b.evidence.uri) ||
    compareText(a.evidence.etag, b.evidence.etag) ||
    a.position - b.position
  );
}

export function encodeSideDecision({ side, decision }: SideDecision): string {
  return stringifyDocument({ side, ...decision } as unknown as Document);
}

export function decodeSideDecision(line: string): SideDecision {
  const { side, match, ...rest } = parseJson(line) as unknown as Document;
  const decision = { ...rest, match: toMatch(match as Document) } as unknown as Decision;
  return { side: side as DocumentValue as Side, decision };
}
