// Two versions of rules -> one list that a single hunt runs: what differs runs as both, under ids of its own for each version, so that
// neither meets the memory or the exceptions of the other. What does not differ cannot raise anything else, and is not run.

import { InputError, canonicalJson, compareText, type DocumentValue } from '@coldhunt/core';
import { joinExceptions, type ExceptionSet, type Rule } from '@coldhunt/rules';

export type Version = 'old' | 'new';

/** What stood in one version: its rules, and the exceptions that came with them. */
export interface VersionedRules {
  readonly rules: readonly Rule[];
  readonly exceptions: ExceptionSet;
}

export interface RuleChange {
  readonly rule_id: string;
  readonly name: string;
  readonly kind: 'changed' | 'added' | 'removed';
  /** Of a changed rule: which of its fields can decide otherwise. */
  readonly fields: readonly string[];
}

export interface JoinedVersions extends VersionedRules {
  /** By rule id. */
  readonly changes: readonly RuleChange[];
  /** Rule ids. */
  readonly unchanged: readonly string[];
}

/** The fields of a rule that decide what it raises. */
const DECIDING = [
  'type',
  'language',
  'query',
  'filters',
  'index',
  'new_terms_fields',
  'history_window_start',
  'threshold',
  'event_category_override',
  'timestamp_override',
  'timestamp_override_fallback_disabled',
  'from',
  'to',
  'interval',
  'max_signals',
  'alert_suppression',
] as const satisfies readonly (keyof Rule)[];

/** Elastic's own list for the Endpoint goes by its name. */
const ENDPOINT_LIST = 'endpoint_list';

/** The id of a rule's version in the hunt that runs both. */
export function versionId(version: Version, ruleId: string): string {
  return `${version}:${ruleId}`;
}

/** Which version of which rule an id of such a hunt stands for. Throws InputError RUN_INVALID for another one. */
export function parseVersionId(id: string): { readonly version: Version; readonly rule_id: string } {
  const [, version, rule_id] = /^(old|new):(.*)$/su.exec(id) ?? [];
  if (version === undefined || rule_id === undefined)
    throw new InputError('RUN_INVALID', `rule ${JSON.stringify(id)} is no version of a rule`);
  return { version: version as Version, rule_id };
}

/** Throws InputError RULE_DUPLICATE when a version has two rules with one id. */
export function joinVersions(old: VersionedRules, next: VersionedRules): JoinedVersions {
  const [before, after] = [byId(old.rules, 'old'), byId(next.rules, 'new')];
  const changes: RuleChange[] = [];
  const unchanged: string[] = [];
  for (const rule_id of [...new Set([...before.keys(), ...after.keys()])].toSorted(compareText)) {
    const [was, is] = [before.get(rule_id), after.get(rule_id)];
    const { name = '' } = is ?? was ?? {};
    if (was === undefined || is === undefined) {
      changes.push({ rule_id, name, kind: was === undefined ? 'added' : 'removed', fields: [] });
      continue;
    }
    const fields = [
      ...DECIDING.filter((field) => textOf(was[field]) !== textOf(is[field])),
      ...(exceptionsOf(was, old.exceptions) === exceptionsOf(is, next.exceptions) ? [] : ['exceptions_list']),
    ];
    if (fields.length === 0) unchanged.push(rule_id);
    else changes.push({ rule_id, name, kind: 'changed', fields });
  }
  const ids = new Set(changes.map(({ rule_id }) => rule_id));
  const own = (version: Version, { rules, exceptions }: VersionedRules): VersionedRules => ({
    rules: rules.filter(({ rule_id }) => ids.has(rule_id)).map((rule) => asVersion(rule, version)),
    exceptions: exceptionsAs(exceptions, version),
  });
  const sides = [own('old', old), own('new', next)];
  return {
    rules: sides.flatMap(({ rules }) => rules),
    exceptions: joinExceptions(sides.map(({ exceptions }) => exceptions)),
    changes,
    unchanged,
  };
}

function byId(rules: readonly Rule[], version: Version): ReadonlyMap<string, Rule> {
  const found = new Map<string, Rule>();
  for (const rule of rules) {
    if (found.has(rule.rule_id))
      throw new InputError('RULE_DUPLICATE', `--${version}: two rules have the id ${rule.rule_id}`);
    found.set(rule.rule_id, rule);
  }
  return found;
}

function asVersion(rule: Rule, version: Version): Rule {
  return {
    ...rule,
    rule_id: versionId(version, rule.rule_id),
    // The hunt's own report tells them apart.
    name: `${rule.name} (${version})`,
    raises_as: rule.rule_id,
    exceptions_list: rule.exceptions_list.map((list) => ({ ...list, list_id: listAs(list.list_id, version) })),
  };
}

function exceptionsAs({ lists, items, value_lists }: ExceptionSet, version: Version): ExceptionSet {
  const renamed = (each: unknown): unknown => {
    const { list_id: id } = each as { readonly list_id?: unknown };
    return typeof id === 'string' ? { ...(each as object), list_id: listAs(id, version) } : each;
  };
  return { lists: lists.map(renamed), items: items.map(renamed), value_lists };
}

function listAs(listId: string, version: Version): string {
  return listId === ENDPOINT_LIST ? listId : versionId(version, listId);
}

/** What the lists that a rule names hold. */
function exceptionsOf({ exceptions_list: lists }: Rule, { items }: ExceptionSet): string {
  const named = new Set(lists.map(({ list_id }) => list_id));
  const own = (items as readonly Readonly<Record<string, unknown>>[]).filter(({ list_id: id }) =>
    named.has(String(id)),
  );
  // When and by whom an item was edited decides nothing.
  return own
    .map(({ item_id, entries, os_types, expire_time }) =>
      [item_id, entries, os_types, expire_time].map(textOf).join(' '),
    )
    .toSorted(compareText)
    .join('\n');
}

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value as DocumentValue);
}
