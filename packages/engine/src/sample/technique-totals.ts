// MITRE ATT&CK techniques of a rule set: by how many rules each can be found in an archive, and by how many not.

import { compareText, isObject, type DocumentValue } from '@coldhunt/core';
import type { CanFire } from './rule-set-coverage.ts';

export interface TechniqueTotal {
  /** `T1059`, `T1059.001`. */
  readonly id: string;
  readonly name: string;
  /** As ATT&CK's tools name it: `command-and-control`. */
  readonly tactic: string;
  /** Rules that can fire, that cannot, of which nothing was seen in the sample, and that cannot be run at all. */
  readonly can: number;
  readonly cannot: number;
  readonly unknown: number;
  readonly not_run: number;
}

export interface RatedRule {
  /** As a rule has it: framework, tactic, technique with subtechnique. */
  readonly threat: readonly unknown[];
  readonly can_fire: CanFire | 'not_run';
}

const KEYS = { yes: 'can', no: 'cannot', unknown: 'unknown', not_run: 'not_run' } as const;

/** In order of tactic and id. A rule counts once in a technique and tactic, its subtechniques for themselves. */
export function techniqueTotals(rules: readonly RatedRule[]): readonly TechniqueTotal[] {
  const totals = new Map<string, { -readonly [Key in keyof TechniqueTotal]: TechniqueTotal[Key] }>();
  for (const { threat, can_fire } of rules) {
    const own = new Map(
      threat.flatMap((each) => techniquesOf(each)).map((each) => [`${each.tactic} ${each.id}`, each]),
    );
    for (const [key, technique] of own) {
      const total = totals.get(key) ?? { ...technique, can: 0, cannot: 0, unknown: 0, not_run: 0 };
      total[KEYS[can_fire]] += 1;
      totals.set(key, total);
    }
  }
  return [...totals.values()].toSorted((a, b) => compareText(a.tactic, b.tactic) || compareText(a.id, b.id));
}

interface Technique {
  readonly id: string;
  readonly name: string;
  readonly tactic: string;
}

function techniquesOf(threat: unknown): readonly Technique[] {
  const tactic = part(threat, 'tactic');
  const framework = part(threat, 'framework');
  const name = part(tactic, 'name');
  if (typeof name !== 'string' || (typeof framework === 'string' && !/att&ck/i.test(framework))) return [];
  const short = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  const listed = list(part(threat, 'technique')).flatMap((technique) => [
    technique,
    ...list(part(technique, 'subtechnique')),
  ]);
  return listed.flatMap((technique): Technique[] => {
    const [id, said] = [part(technique, 'id'), part(technique, 'name')];
    return typeof id === 'string' && /^T\d{4}(?:\.\d{3})?$/.test(id)
      ? [{ id, name: typeof said === 'string' ? said : id, tactic: short }]
      : [];
  });
}

function part(value: unknown, key: string): unknown {
  return isObject(value as DocumentValue) ? (value as Record<string, unknown>)[key] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
