// What a second `coldhunt watch add` changes, for people: rules by name, everything else by its option.

import { canonicalJson, type DocumentValue } from '@coldhunt/core';
import type { Watch } from '@coldhunt/watch';

const NAMED = 5;

/** One text a change; none: nothing changes. */
export function describeChange(before: Watch, after: Watch): readonly string[] {
  return [
    ...(before.question.from === after.question.from
      ? []
      : [`it begins at ${after.question.from}, not ${before.question.from}`]),
    ...ruleChanges(before, after),
    ...changed('cron', before.cron, after.cron),
    ...changed('tz', before.tz, after.tz),
    ...changed('lateness', `${before.lateness_ms / 1000} s`, `${after.lateness_ms / 1000} s`),
    ...changed('rescan-window', `${before.rescan_ms / 1000} s`, `${after.rescan_ms / 1000} s`),
    ...changed('sinks', listed(before.sinks), listed(after.sinks)),
    ...changed(
      'archives',
      listed(before.question.archives.map(({ uri }) => uri)),
      listed(after.question.archives.map(({ uri }) => uri)),
    ),
    ...Object.keys({ ...before.given, ...after.given })
      .filter((name) => name !== 'rule' && name !== 'archive')
      .flatMap((name) => changed(toDashes(name), said(before.given?.[name]), said(after.given?.[name]))),
  ];
}

function ruleChanges({ question: before }: Watch, { question: after }: Watch): readonly string[] {
  const known = new Map(before.rules.map(({ rule }) => [rule.rule_id, rule]));
  const next = new Map(after.rules.map(({ rule }) => [rule.rule_id, rule]));
  const names = (rules: readonly { readonly name: string }[]): string =>
    `${rules.length} (${rules
      .slice(0, NAMED)
      .map(({ name }) => name)
      .join(', ')}${rules.length > NAMED ? ', …' : ''})`;
  const added = [...next.values()].filter(({ rule_id: id }) => !known.has(id));
  const gone = [...known.values()].filter(({ rule_id: id }) => !next.has(id));
  const edited = [...next.values()].filter((rule) => {
    const old = known.get(rule.rule_id);
    return old !== undefined && text(old) !== text(rule);
  });
  return [
    ...(added.length === 0 ? [] : [`rules added: ${names(added)}`]),
    ...(gone.length === 0 ? [] : [`rules gone: ${names(gone)}`]),
    ...(edited.length === 0 ? [] : [`rules edited: ${names(edited)}`]),
  ];
}

function changed(what: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${what} ${after}, was ${before}`];
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function said(value: unknown): string {
  return value === undefined ? 'its default' : text(value);
}

function text(value: unknown): string {
  return canonicalJson(value as DocumentValue);
}

/** `layoutTime` -> `layout-time`. */
function toDashes(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
