// A hunt that ran two versions of rules -> for each alert of either whether the other version raises it too, and what decided. Decisions of
// both are sorted by the event that they are about and read side by side; the events come from what the hunt kept of them.

import {
  compareText,
  parseJson,
  stringifyDocument,
  viewDocument,
  type Document,
  type DocumentValue,
  type RunStore,
} from '@coldhunt/core';
import type { CompiledRule, ExplainedClause, Term } from '@coldhunt/rules';
import type { Plan } from '../plan/output.ts';
import { compileQuestionRules } from '../question/compile-rules.ts';
import type { RunFile } from '../question/output.ts';
import { decisions } from '../reduce/decisions.ts';
import { withEvents } from '../reduce/event-sources.ts';
import type { Decision } from '../reduce/output.ts';
import { SpillSorter } from '../reduce/spill-sorter.ts';
import { toMatch, type Evidence, type Match } from '../scan/output.ts';
import { parseVersionId, versionId, type Version } from './rule-versions.ts';
import { whyVersion, type VersionReason } from './why-version.ts';

/** An alert of either version. */
export interface VersionAlert {
  readonly change: 'gained' | 'lost' | 'kept';
  readonly rule_id: string;
  /** Effective time. Milliseconds. */
  readonly time_ms: number;
  readonly terms: readonly Term[] | null;
  readonly host_names: readonly string[];
  /** Why the version that lacks it does not raise it; null: both raise it. */
  readonly reason: VersionReason | null;
  /** Of the version that does not match the event: the clauses that failed. */
  readonly clauses: readonly ExplainedClause[];
  readonly evidence: Evidence;
}

export interface DiffOptions {
  /** Of rules that `joinVersions` named. */
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  readonly signal?: AbortSignal;
  readonly memoryChars?: number;
}

interface Entry {
  readonly version: Version;
  readonly rule_id: string;
  readonly decision: Decision;
}

/** An alert with what the other version decided on its event, if that came to it. */
interface Raised {
  readonly match: Match;
  readonly source: string;
  readonly version: Version;
  readonly rule_id: string;
  readonly raised: Decision;
  readonly other: Decision | null;
  readonly isKept: boolean;
}

interface Sides {
  readonly old: CompiledRule | null;
  readonly new: CompiledRule | null;
  /** Whether alerts of both have terms of the same fields. */
  readonly sharesTerms: boolean;
}

/** Alerts by rule and event. Throws InputError RUN_UNFINISHED, RUN_INVALID (a run of other rules). */
export async function* diffVersions(options: DiffOptions): AsyncGenerator<readonly VersionAlert[]> {
  const { run, store, memoryChars, signal } = options;
  const sides = sidesOf(run);
  const compare = (a: Entry, b: Entry): number => compareEvents(a, b, sides) || compareText(b.version, a.version);
  const entries = new SpillSorter<Entry>(store, {
    compare,
    encode: encodeEntry,
    decode: decodeEntry,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  try {
    for await (const batch of decisions(options)) {
      for (const decision of batch) await entries.add({ ...parseVersionId(decision.match.rule_id), decision });
    }
    const raised = (): AsyncGenerator<readonly Raised[]> => pairUp(entries.sorted(), sides);
    for await (const batch of withEvents(store, raised, memoryChars)) {
      signal?.throwIfAborted();
      yield batch.map(({ alert, document }) => toAlert(alert, document, { run, sides }));
    }
  } finally {
    await entries.clear();
  }
}

function sidesOf(run: RunFile): ReadonlyMap<string, Sides> {
  const compiled = new Map(compileQuestionRules(run.question).map((each) => [each.rule.rule_id, each]));
  const ids = new Set([...compiled.keys()].map((id) => parseVersionId(id).rule_id));
  return new Map(
    [...ids].map((id) => {
      const [old, next] = (['old', 'new'] as const).map((version) => compiled.get(versionId(version, id)) ?? null);
      const terms = ({ rule }: CompiledRule): string =>
        JSON.stringify([
          rule.type,
          run.question.options.new_terms_fields ?? rule.new_terms_fields,
          rule.threshold?.field,
        ]);
      const sharesTerms = !old || !next || terms(old) === terms(next);
      return [id, { old: old ?? null, new: next ?? null, sharesTerms }];
    }),
  );
}

/** Two versions of one alert stand together: by rule, event, and terms where they are of the same fields. */
function compareEvents(a: Entry, b: Entry, sides: ReadonlyMap<string, Sides>): number {
  const [x, y] = [a.decision.match, b.decision.match];
  return (
    compareText(a.rule_id, b.rule_id) ||
    compareText(x.evidence.uri, y.evidence.uri) ||
    compareText(x.evidence.etag, y.evidence.etag) ||
    x.position - y.position ||
    (sides.get(a.rule_id)?.sharesTerms === true ? compareText(x.term_key, y.term_key) : 0)
  );
}

async function* pairUp(
  entries: AsyncIterable<readonly Entry[]>,
  sides: ReadonlyMap<string, Sides>,
): AsyncGenerator<readonly Raised[]> {
  let group: Entry[] = [];
  for await (const batch of entries) {
    const told: Raised[] = [];
    for (const entry of batch) {
      const [first] = group;
      if (first !== undefined && compareEvents(first, entry, sides) !== 0) {
        told.push(...toRaised(group));
        group = [];
      }
      group.push(entry);
    }
    if (told.length > 0) yield told;
  }
  if (group.length > 0) yield toRaised(group);
}

/** An alert of both is told once, as the new version raises it. */
function toRaised(group: readonly Entry[]): readonly Raised[] {
  const alertOf = (version: Version): Entry | undefined =>
    group.find((entry) => entry.version === version && entry.decision.verdict === 'alert');
  const [old, next] = [alertOf('old'), alertOf('new')];
  const own = next ?? old;
  if (own === undefined) return [];
  const { version, rule_id, decision } = own;
  const other = group.find((entry) => entry.version !== version)?.decision ?? null;
  const { match, source } = decision;
  return [
    { match, source, version, rule_id, raised: decision, other, isKept: old !== undefined && next !== undefined },
  ];
}

function toAlert(
  { version, rule_id, match, raised, other, isKept }: Raised,
  document: Document,
  { run, sides }: { readonly run: RunFile; readonly sides: ReadonlyMap<string, Sides> },
): VersionAlert {
  const lacking = version === 'new' ? 'old' : 'new';
  const rule = sides.get(rule_id)?.[lacking] ?? null;
  const why = isKept
    ? null
    : whyVersion({ version, rule, raised, other, view: viewDocument(document), question: run.question });
  return {
    change: isKept ? 'kept' : version === 'new' ? 'gained' : 'lost',
    rule_id,
    time_ms: match.time_ms,
    terms: match.terms,
    host_names: match.host_names,
    reason: why?.reason ?? null,
    clauses: why?.clauses ?? [],
    evidence: match.evidence,
  };
}

function encodeEntry({ version, rule_id, decision }: Entry): string {
  return stringifyDocument({ version, rule_id, ...decision } as unknown as Document);
}

function decodeEntry(line: string): Entry {
  const { version, rule_id, match, ...rest } = parseJson(line) as unknown as Document;
  const decision = { ...rest, match: toMatch(match as Document) } as unknown as Decision;
  return { version: version as DocumentValue as Version, rule_id: rule_id as DocumentValue as string, decision };
}
