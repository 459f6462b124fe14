// What a difference of rules adds up to: alerts gained, lost and kept by rule, host and day, and what decided how often.

import { countOf } from '@coldhunt/core';
import type { VersionAlert } from './diff-versions.ts';
import type { RuleChange } from './rule-versions.ts';

type Change = VersionAlert['change'];

export type ChangeCounts = Record<Change, number>;

interface Decided {
  /** In words: a clause, or what the memory or another part of the rule says. */
  readonly what: string;
  readonly alerts: number;
}

export interface RuleDiff extends RuleChange, ChangeCounts {
  /** Why the old rule does not raise what is gained, and the new one what is lost; most alerts first. */
  readonly why_gained: readonly Decided[];
  readonly why_lost: readonly Decided[];
}

export interface VersionTotals {
  readonly total: ChangeCounts;
  readonly rules: readonly RuleDiff[];
  /** Most gained and lost alerts first. */
  readonly by_host: Readonly<Record<string, ChangeCounts>>;
  /** Days (UTC) in order. */
  readonly by_day: Readonly<Record<string, ChangeCounts>>;
}

/** Hosts that are counted by name; further ones go into one row, so that memory does not grow with the fleet. */
const HOSTS_COUNTED = 10_000;
const OTHER_HOSTS = '(other hosts)';
/** Different clauses of a rule that are counted by name. */
const CLAUSES_COUNTED = 1_000;
const OTHER_CLAUSES = '(other clauses)';

interface Counting extends ChangeCounts {
  readonly change: RuleChange;
  readonly gainedBy: Map<string, number>;
  readonly lostBy: Map<string, number>;
}

/** Counts as alerts come. */
export class VersionDiff {
  readonly #total = none();
  readonly #rules: ReadonlyMap<string, Counting>;
  readonly #hosts = new Map<string, ChangeCounts>();
  readonly #days = new Map<string, ChangeCounts>();

  constructor(changes: readonly RuleChange[]) {
    this.#rules = new Map(
      changes.map((change) => [change.rule_id, { change, ...none(), gainedBy: new Map(), lostBy: new Map() }]),
    );
  }

  add(alert: VersionAlert): void {
    const { change, rule_id, host_names: hosts, time_ms: timeMs } = alert;
    this.#total[change] += 1;
    const [host = '(no host.name)'] = hosts;
    count(this.#hosts, this.#hosts.has(host) || this.#hosts.size < HOSTS_COUNTED ? host : OTHER_HOSTS, change);
    count(this.#days, new Date(timeMs).toISOString().slice(0, 10), change);
    const rule = this.#rules.get(rule_id);
    if (rule === undefined) return;
    rule[change] += 1;
    if (change === 'kept') return;
    const why = change === 'gained' ? rule.gainedBy : rule.lostBy;
    for (const what of decidersOf(alert)) {
      const known = why.has(what) || why.size < CLAUSES_COUNTED ? what : OTHER_CLAUSES;
      why.set(known, (why.get(known) ?? 0) + 1);
    }
  }

  get totals(): VersionTotals {
    const moved = ({ gained, lost }: ChangeCounts): number => gained + lost;
    return {
      total: { ...this.#total },
      rules: [...this.#rules.values()].map(({ change, gained, lost, kept, gainedBy, lostBy }) => ({
        ...change,
        gained,
        lost,
        kept,
        why_gained: mostFirst(gainedBy),
        why_lost: mostFirst(lostBy),
      })),
      by_host: Object.fromEntries(
        [...this.#hosts].toSorted(([x, a], [y, b]) => moved(b) - moved(a) || b.kept - a.kept || (x < y ? -1 : 1)),
      ),
      by_day: Object.fromEntries([...this.#days].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}

/** One sentence, plain text. */
export function describeTotals({ gained, lost, kept }: ChangeCounts): string {
  return `${countOf(gained, 'alert')} gained, ${lost.toLocaleString('en-US')} lost, ${kept.toLocaleString('en-US')} kept.`;
}

const KNOWN = { gained: 'the term was seen earlier by the old rule', lost: 'the term is now seen earlier' } as const;

/** An alert that several clauses keep away counts for each of them. */
function decidersOf({ change, reason, clauses }: VersionAlert): readonly string[] {
  if (clauses.length > 0) return [...new Set(clauses.map(({ clause }) => clause))];
  if (reason?.code === 'known' && change !== 'kept') return [KNOWN[change]];
  return reason === null ? [] : [reason.words];
}

function none(): ChangeCounts {
  return { gained: 0, lost: 0, kept: 0 };
}

function count(counts: Map<string, ChangeCounts>, key: string, change: Change): void {
  const own = counts.get(key) ?? none();
  own[change] += 1;
  counts.set(key, own);
}

function mostFirst(counts: ReadonlyMap<string, number>): readonly Decided[] {
  return [...counts]
    .toSorted(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))
    .map(([what, alerts]) => ({ what, alerts }));
}
