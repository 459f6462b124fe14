// The matches of a reduced run for the pages of hosts and alerts in its report.

import { packMatches, type MatchesBlock, type PageMatch } from '@coldhunt/page';
import type { RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { decisions } from '../reduce/decisions.ts';

/** Of a hunt with more matches the page has none of them: `coldhunt matches` tells each. */
const MOST_MATCHES = 100_000;

/** null: there are more than the page takes. Throws as `decisions`. */
export async function collectPageMatches({
  run,
  store,
  plan,
  signal,
  matches,
}: {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  readonly signal?: AbortSignal | undefined;
  /** How many the hunt has, as its coverage counts them. */
  readonly matches: { readonly in_history: number; readonly in_range: number };
}): Promise<MatchesBlock | null> {
  if (matches.in_history + matches.in_range > MOST_MATCHES) return null;
  const found: PageMatch[] = [];
  for await (const batch of decisions({ run, store, plan, ...(signal === undefined ? {} : { signal }) })) {
    for (const { match, verdict, before } of batch) {
      if (found.length >= MOST_MATCHES) return null;
      found.push({
        ruleId: match.rule_id,
        timeMs: match.time_ms,
        verdict,
        hosts: match.host_names,
        terms: (match.terms ?? []).map(String),
        beforeMs: before?.time_ms ?? null,
      });
    }
  }
  return packMatches(found);
}
