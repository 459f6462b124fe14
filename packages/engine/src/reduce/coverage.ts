// Ledger records in the order of the plan -> coverage: everything added up and checked. A sum that does not hold is a bug of ours
// and names the object.

import { assertInvariant, compareText, countOf } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import type { PlanDone, Shard, SkippedObject } from '../plan/output.ts';
import { waiversOf, type Question } from '../question/output.ts';
import type { RuleMatchCounts, ShardRecord, Unevaluated } from '../scan/output.ts';
import type { Examined, UnreadObject } from './baseline.ts';
import { checkObjectSums } from './check-record.ts';
import { addUp, getOr, sortedMap } from './counts.ts';
import { coverageState, isHarmless, isLeftOut } from './coverage-state.ts';
import { Census } from './evaluable.ts';
import { ExpectedHours } from './expected-hours.ts';
import { Hours, gapsBetween } from './hours.ts';
import { ObjectJoiner, type JoinedObject } from './join-objects.ts';
import type { Coverage, CoverageSums, RuleTallies } from './output.ts';
import { describeUnseenFields } from './unseen-fields.ts';
import { Waived } from './waived.ts';

const SAMPLES_KEPT = 100;
const WARNINGS_KEPT = 200;
const NO_MATCHES: RuleMatchCounts = {
  total: 0,
  in_history: 0,
  in_range: 0,
  outside: 0,
  without_time: 0,
  other_index: 0,
  excepted: 0,
};

export interface CollectedCoverage {
  readonly coverage: Coverage;
  readonly tallies: RuleTallies;
  readonly examined: Examined;
}

/** Adds up a hunt. Everything is given in the order of the plan, then `finish`. */
export class CoverageCollector {
  readonly #question: Question;
  readonly #rules: readonly CompiledRule[];
  readonly #plan: PlanDone;
  readonly #objects: CoverageSums = { listed: 0, selected: 0, scanned: 0, skipped: 0, failed: 0 };
  readonly #bytes: CoverageSums = { listed: 0, selected: 0, scanned: 0, skipped: 0, failed: 0 };
  readonly #lines = { read: 0, searched: 0, parsed: 0, malformed: 0, blank: 0 };
  readonly #events = { read: 0, without_time: 0, in_history: 0, in_range: 0, outside: 0 };
  readonly #matches = new Map<string, RuleMatchCounts>();
  readonly #excepted = new Map<string, Map<string, number>>();
  readonly #unevaluated = new Map<string, Unevaluated>();
  readonly #skipped: Coverage['skipped'][number][] = [];
  readonly #failed: Coverage['failed'][number][] = [];
  readonly #malformed: Coverage['malformed_samples'][number][] = [];
  readonly #timeless: Coverage['without_time_samples'][number][] = [];
  readonly #warnings = new Set<string>();
  readonly #unread: UnreadObject[] = [];
  readonly #census: Census;
  readonly #hours: Hours;
  readonly #expected: ExpectedHours;
  readonly #waived: Waived;
  readonly #skewed = new Map<string, number>();
  readonly #joiner = new ObjectJoiner((object) => this.#count(object));
  #implausible = 0;
  /** Objects that failed, or were skipped though they may hold events, and that no waiver covers. */
  #uncovered = 0;
  #undated = 0;
  #wasPruned = false;

  constructor(question: Question, rules: readonly CompiledRule[], plan: PlanDone) {
    this.#question = question;
    this.#rules = rules;
    this.#plan = plan;
    const listedAtMs = Date.parse(plan.listed_at);
    this.#census = new Census(question);
    this.#hours = new Hours(listedAtMs);
    this.#waived = new Waived(waiversOf(question.options.waivers ?? [], listedAtMs));
    this.#expected = new ExpectedHours(question.archives, listedAtMs);
  }

  addSkipped({ uri, reason, bytes, etag }: SkippedObject): void {
    const passedOver = { state: 'skipped', message: null, covers: null, keyTime: null, archive: null } as const;
    this.#skip({ uri, reason, size: bytes, etag: etag ?? null, ...passedOver });
    if (reason === 'time') this.#wasPruned = true;
  }

  /** A shard that no record was written for: none of its objects was examined. */
  addMissing(shard: Shard): void {
    for (const object of shard.objects) {
      const bytes = object.range === null ? object.size : object.range.to - object.range.from;
      this.#joiner.add({
        ...object,
        bytes,
        state: 'failed',
        reason: 'SHARD_GAVE_UP',
        message: `shard ${shard.id} has no record`,
        covers: null,
      });
    }
  }

  addRecord(record: ShardRecord): void {
    for (const object of record.objects) {
      checkObjectSums(object);
      this.#waived.addRecord(object);
      this.#census.add(object);
      addUp(this.#lines, object.lines);
      addUp(this.#events, object.events);
      this.#implausible += object.implausible_times;
      for (const sample of object.malformed_samples) {
        if (this.#malformed.length < SAMPLES_KEPT) this.#malformed.push({ uri: object.uri, ...sample });
      }
      this.#joiner.add(object);
    }
    for (const [rule, counts] of Object.entries(record.matches)) {
      const { total, ...parts } = counts;
      const sum = Object.values(parts).reduce((all, part) => all + part, 0);
      assertInvariant(total === sum, `matches of rule ${rule} in shard ${record.shard_id} do not add up`, { counts });
      addUp(
        getOr(this.#matches, rule, () => ({ ...NO_MATCHES })),
        counts,
      );
    }
    for (const [rule, items] of Object.entries(record.excepted)) {
      const known = getOr(this.#excepted, rule, () => new Map<string, number>());
      for (const [item, count] of Object.entries(items)) known.set(item, (known.get(item) ?? 0) + count);
    }
    for (const [rule, { events, first }] of Object.entries(record.unevaluated ?? {})) {
      const known = this.#unevaluated.get(rule);
      this.#unevaluated.set(rule, { events: (known?.events ?? 0) + events, first: known?.first ?? first });
    }
    for (const [rule, count] of Object.entries(record.skewed ?? {})) {
      this.#skewed.set(rule, (this.#skewed.get(rule) ?? 0) + count);
    }
    for (const sample of record.without_time_samples) {
      if (this.#timeless.length < SAMPLES_KEPT) this.#timeless.push(sample);
    }
    for (const warning of record.warnings) if (this.#warnings.size < WARNINGS_KEPT) this.#warnings.add(warning);
  }

  finish(): CollectedCoverage {
    this.#joiner.finish();
    this.#checkSums();
    const hours = this.#hours.examined();
    const matches = { ...NO_MATCHES };
    for (const counts of this.#matches.values()) addUp(matches, counts);
    const within = this.#range();
    const expected = this.#expected.list({ from: within.fromMs, to: within.toMs });
    const state = this.#state(matches, expected);
    const coverage: Coverage = {
      state,
      complete: state !== 'incomplete',
      objects: this.#objects,
      bytes: this.#bytes,
      lines: this.#lines,
      events: this.#events,
      matches,
      skipped: this.#skipped,
      failed: this.#failed,
      hours: this.#hours.list(),
      gaps: gapsBetween(hours).map(({ from, to }) => ({ from: toIso(from), to: toIso(to) })),
      ...(expected.length === 0 ? {} : { expected }),
      ...(this.#waived.isEmpty ? {} : { waived: this.#waived.list() }),
      ...(this.#skewed.size === 0 ? {} : { skewed: sortedMap(this.#skewed) }),
      malformed_samples: this.#malformed,
      ...(this.#unevaluated.size === 0 ? {} : { unevaluated: sortedMap(this.#unevaluated) }),
      without_time_samples: this.#timeless,
      implausible_times: this.#implausible,
      rules: this.#rules.map((rule) => ({
        rule_id: rule.rule.rule_id,
        evaluable: this.#census.evaluate(rule, within),
      })),
      warnings: this.#allWarnings(),
    };
    return {
      coverage,
      tallies: this.#tallies(),
      examined: {
        hours,
        firstMs: this.#hours.firstMs,
        maxGapMs: this.#question.options.max_gap_ms,
        unread: mergeUnread(this.#unread),
        wasPruned: this.#wasPruned,
      },
    };
  }

  #count(object: JoinedObject): void {
    const { uri, size, state, reason, message, covers, keyTime, archive } = object;
    if (covers !== null) {
      this.#hours.add(covers, size);
      if (archive !== null) this.#expected.add(archive, covers);
    }
    if (state === 'skipped') {
      this.#skip(object);
      return;
    }
    const sums = [this.#objects, this.#bytes] as const;
    for (const [i, amount] of [1, size].entries()) {
      const sum = sums[i] as CoverageSums;
      sum.listed += amount;
      sum.selected += amount;
      sum[state] += amount;
    }
    if (state === 'failed') {
      this.#failed.push({ uri, code: reason ?? 'INVARIANT', message: message ?? '', bytes: size });
      this.#unread.push({ uri, what: `failed (${reason ?? 'INVARIANT'})`, when: keyTime });
      if (!this.#waived.covers(object)) this.#uncovered += 1;
    } else if (covers === null && size > 0) this.#undated += 1;
  }

  #skip(object: JoinedObject): void {
    const { uri, size: bytes, keyTime: when } = object;
    const reason = object.reason ?? 'unknown';
    this.#skipped.push({ uri, reason, bytes });
    this.#objects.listed += 1;
    this.#objects.skipped += 1;
    this.#bytes.listed += bytes;
    this.#bytes.skipped += bytes;
    if (isHarmless(reason)) return;
    this.#unread.push({ uri, what: `was skipped (${reason})`, when });
    if (!this.#waived.covers(object)) this.#uncovered += 1;
  }

  #state(matches: RuleMatchCounts, expected: NonNullable<Coverage['expected']>): Coverage['state'] {
    return coverageState({
      unread: this.#uncovered,
      malformed: this.#lines.malformed,
      waivedMalformed: this.#waived.malformed,
      maxMalformed: this.#question.options.max_malformed,
      withoutTime: matches.without_time,
      unevaluatedRules: this.#unevaluated.size,
      missingSpans: expected.reduce((sum, { missing }) => sum + missing.length, 0),
      leftOut: this.#skipped.some(({ reason }) => isLeftOut(reason)),
      waived: !this.#waived.isEmpty,
    });
  }

  #checkSums(): void {
    const { listed } = this.#plan;
    for (const [what, sums, planned] of [
      ['objects', this.#objects, listed.objects],
      ['bytes', this.#bytes, listed.bytes],
    ] as const) {
      assertInvariant(sums.listed === planned, `${what} of the ledger are not those of the plan`, { sums, planned });
      assertInvariant(sums.listed === sums.selected + sums.skipped, `${what} listed do not add up`, { sums });
      assertInvariant(sums.selected === sums.scanned + sums.failed, `${what} selected do not add up`, { sums });
    }
  }

  #allWarnings(): readonly string[] {
    const found = [...this.#plan.warnings, ...this.#waived.warnings(), ...[...this.#warnings].toSorted(compareText)];
    if (this.#events.without_time > 0) {
      found.push(`no time in ${this.#question.options.time_field}: ${countOf(this.#events.without_time, 'event')}`);
    }
    if (this.#implausible > 0) {
      found.push(
        `before 2000 or after the listing, and telling no hour: ${countOf(this.#implausible, 'sampled event time')}`,
      );
    }
    for (const [rule, { events, first }] of this.#unevaluated)
      found.push(`rule ${rule} could not be evaluated on ${countOf(events, 'event')}: ${first}`);
    found.push(
      ...describeUnseenFields(new Map(this.#rules.map((rule) => [rule.rule.rule_id, this.#census.neverSeen(rule)]))),
    );
    if (this.#undated > 0)
      found.push(`without a sampled event that has a time, and covering no hour: ${countOf(this.#undated, 'object')}`);
    return found;
  }

  #tallies(): RuleTallies {
    return Object.fromEntries(
      this.#question.rules.map(({ rule }) => [
        rule.rule_id,
        {
          matches: this.#matches.get(rule.rule_id) ?? NO_MATCHES,
          excepted: Object.fromEntries(
            [...(this.#excepted.get(rule.rule_id) ?? [])].toSorted(([a], [b]) => compareText(a, b)),
          ),
        },
      ]),
    );
  }

  #range(): { readonly fromMs: number; readonly toMs: number } {
    const { from, to } = this.#question;
    return {
      fromMs: from === null ? Number.NEGATIVE_INFINITY : Date.parse(from),
      toMs: to === null ? Number.POSITIVE_INFINITY : Date.parse(to),
    };
  }
}

// One object of unknown time says as much as a thousand.
function mergeUnread(unread: readonly UnreadObject[]): readonly UnreadObject[] {
  const undated = unread.find(({ when }) => when === null);
  return undated === undefined ? unread : [undated];
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
