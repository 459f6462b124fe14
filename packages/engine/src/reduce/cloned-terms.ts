// Terms that stand for several hosts: a cloned host.id hides the second host behind the first one's memory.

import type { Rule } from '@coldhunt/rules';
import { compareText } from '@coldhunt/core';
import type { Match } from '../scan/output.ts';

const NAMES_KEPT = 10;
const TERMS_KEPT = 20;

export interface ClonedTerm {
  readonly rule_id: string;
  readonly term_key: string;
  readonly terms: string;
  readonly host_names: readonly string[];
  readonly agent_ids: readonly string[];
}

/** By rule: how many terms stand for several hosts, and the first of them in the order of terms. */
export type ClonedTerms = Readonly<Record<string, { readonly count: number; readonly first: readonly ClonedTerm[] }>>;

/** Watches the matches of one key after the other. */
export class ClonedTermWatch {
  readonly #watched: ReadonlySet<string>;
  readonly #found = new Map<string, { count: number; readonly first: ClonedTerm[] }>();
  #match: Match | null = null;
  readonly #hosts = new Set<string>();
  readonly #agents = new Set<string>();

  /** Only terms that name a host can be cloned: a user or a program stands for many hosts rightly. */
  constructor(rules: readonly Rule[], otherFields: readonly string[] | null) {
    const newTerms = rules.filter(({ type }) => type === 'new_terms');
    const named = newTerms.filter(({ new_terms_fields: fields }) => (otherFields ?? fields ?? []).some(isHostField));
    this.#watched = new Set(named.map(({ rule_id }) => rule_id));
  }

  see(match: Match): void {
    if (match.terms === null || !this.#watched.has(match.rule_id)) return;
    if (this.#match !== null && (this.#match.rule_id !== match.rule_id || this.#match.term_key !== match.term_key)) {
      this.#close();
    }
    this.#match = match;
    for (const name of match.host_names) if (this.#hosts.size < NAMES_KEPT) this.#hosts.add(name);
    for (const id of match.agent_ids) if (this.#agents.size < NAMES_KEPT) this.#agents.add(id);
  }

  finish(): ClonedTerms {
    this.#close();
    return Object.fromEntries([...this.#found].toSorted(([a], [b]) => compareText(a, b)));
  }

  #close(): void {
    const match = this.#match;
    if (match !== null && (this.#hosts.size > 1 || this.#agents.size > 1)) {
      let found = this.#found.get(match.rule_id);
      if (found === undefined) this.#found.set(match.rule_id, (found = { count: 0, first: [] }));
      found.count += 1;
      if (found.first.length < TERMS_KEPT) found.first.push(this.#toCloned(match));
    }
    this.#match = null;
    this.#hosts.clear();
    this.#agents.clear();
  }

  #toCloned({ rule_id, term_key, terms }: Match): ClonedTerm {
    return {
      rule_id,
      term_key,
      terms: (terms ?? []).map(String).join(', '),
      host_names: [...this.#hosts].toSorted(),
      agent_ids: [...this.#agents].toSorted(),
    };
  }
}

/** Adds up partitions; the first terms are those of the whole. */
export function mergeClonedTerms(parts: readonly ClonedTerms[]): ClonedTerms {
  const merged: Record<string, { count: number; first: ClonedTerm[] }> = {};
  for (const part of parts) {
    for (const [rule, { count, first }] of Object.entries(part)) {
      const into = (merged[rule] ??= { count: 0, first: [] });
      into.count += count;
      into.first = [...into.first, ...first]
        .toSorted((a, b) => compareText(a.term_key, b.term_key))
        .slice(0, TERMS_KEPT);
    }
  }
  return merged;
}

export function clonedTermWarnings(found: ClonedTerms[string] | undefined): readonly string[] {
  if (found === undefined) return [];
  const warnings = found.first.map(({ terms, host_names, agent_ids }) => {
    const names = host_names.length > 1 ? `host.name ${host_names.join(', ')}` : `agent.id ${agent_ids.join(', ')}`;
    return `the term ${terms} stands for several hosts: ${names}; what was new on one may be held back by the other`;
  });
  const more = found.count - found.first.length;
  return more === 0 ? warnings : [...warnings, `${more} more terms stand for several hosts`];
}

function isHostField(field: string): boolean {
  return field.startsWith('host.') || field.startsWith('agent.');
}
