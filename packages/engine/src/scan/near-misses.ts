// Events in range that fail a rule by one clause, where the hunt asks for them: the first of each rule, whatever the order of the scan.

import { compareText } from '@coldhunt/core';
import type { SourceEvent } from '@coldhunt/formats';
import { shortfall, type ExplainedClause } from '@coldhunt/rules';
import { toPlace } from '../question/output.ts';
import { evidenceOf, type ObjectIdentity } from './keep-hits.ts';
import type { NearMiss } from './output.ts';
import type { ShardRule } from './scan-context.ts';

/** A longer event is told by its evidence alone. */
const LONGEST_EVENT = 16 * 1024;

interface Candidate {
  readonly event: SourceEvent;
  readonly ruleId: string;
  readonly timeMs: number;
  readonly clause: ExplainedClause;
}

/** Earliest first; of one instant by place. */
export function compareNearMisses(a: NearMiss, b: NearMiss): number {
  return (
    compareText(a.rule_id, b.rule_id) ||
    a.time_ms - b.time_ms ||
    compareText(a.evidence.uri, b.evidence.uri) ||
    a.position - b.position
  );
}

export class NearMissCollector {
  readonly #rules: readonly ShardRule[];
  readonly #most: number;
  readonly #kept = new Map<string, readonly NearMiss[]>();
  #candidates: Candidate[] = [];

  /** `most`: of each rule. */
  constructor(rules: readonly ShardRule[], most: number) {
    this.#rules = rules;
    this.#most = most;
  }

  look(event: SourceEvent, timeMs: number | null): void {
    if (timeMs === null) return;
    for (const { compiled, window } of this.#rules) {
      const ruleId = compiled.rule.rule_id;
      if (toPlace(timeMs, window) !== 'range' || !this.#hasRoom(ruleId, timeMs)) continue;
      const differences = shortfall(compiled.clause, { event: event.view, nowMs: timeMs }, 1);
      const [clause] = differences ?? [];
      if (clause !== undefined) this.#candidates.push({ event, ruleId, timeMs, clause });
    }
  }

  /** Takes what the events of a batch say while they can be asked. */
  async keep(identity: ObjectIdentity): Promise<void> {
    for (const { event, ruleId, timeMs, clause } of this.#candidates.splice(0)) {
      if (!this.#hasRoom(ruleId, timeMs)) continue;
      const bytes = await event.bytes();
      const miss: NearMiss = {
        rule_id: ruleId,
        time_ms: timeMs,
        position: event.position,
        differs_in: clause,
        evidence: await evidenceOf(event, identity),
        text: bytes.length <= LONGEST_EVENT ? Buffer.from(bytes).toString() : null,
      };
      const all = [...(this.#kept.get(ruleId) ?? []), miss];
      this.#kept.set(ruleId, all.toSorted(compareNearMisses).slice(0, this.#most));
    }
  }

  /** By rule, then in order of time. */
  finish(): readonly NearMiss[] {
    return [...this.#kept.values()].flat().toSorted(compareNearMisses);
  }

  #hasRoom(ruleId: string, timeMs: number): boolean {
    const kept = this.#kept.get(ruleId) ?? [];
    return kept.length < this.#most || timeMs <= (kept.at(-1)?.time_ms ?? 0);
  }
}
