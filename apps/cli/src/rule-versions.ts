// `--old` and `--new` -> the rules of both versions, as one hunt runs them.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '@coldhunt/core';
import { joinVersions, whyNotLive, type JoinedVersions } from '@coldhunt/engine';
import type { FieldTypes, LoadedRule, Rule } from '@coldhunt/rules';
import { parseRevision, readRevision } from './git-revision.ts';
import { whyRetired } from './retired-rules.ts';
import { checkRuleFiles, readRuleFiles, requireLoaded, type RuleFiles, type RuleSources } from './rule-sources.ts';

export interface NamedVersions {
  readonly old: string;
  readonly new: string;
  readonly cwd: string;
  readonly mode: 'complete' | 'parity';
  /** Rules of a folder that are deprecated or in development too. */
  readonly includeDeprecated: boolean;
}

export interface LoadedVersions {
  readonly versions: JoinedVersions;
  /** What a hunt takes for its rules. */
  readonly sources: RuleSources;
  /** Rules that are compared in neither version, and why. */
  readonly leftOut: readonly string[];
}

/**
 * A rule that only one version can run is compared in neither: what it would raise there is not known. One that is deprecated in a
 * version is not in it: what a hunt over that folder raises is what counts. Throws RULE_NOT_FOUND,
 * RULE_DUPLICATE, and for every rule of the new version that is not valid RULE_INVALID.
 */
export async function loadVersions(names: NamedVersions, fieldTypes: FieldTypes): Promise<LoadedVersions> {
  const [oldFound, nextFound] = (await Promise.all(
    [names.old, names.new].map(async (text) => checkRuleFiles(await readVersion(text, names.cwd), fieldTypes)),
  )) as [RuleSources, RuleSources];
  const [old, next] = [withoutRetired(oldFound, names), withoutRetired(nextFound, names)];
  requireLoaded(next.loaded.filter(({ state }) => state === 'invalid'));
  const notRun = [...old.loaded, ...next.loaded].flatMap((loaded) => {
    const why = whyNotRun(loaded, names.mode);
    return why === null ? [] : [{ loaded, why }];
  });
  const without = new Set(notRun.flatMap(({ loaded }) => loaded.rule_id ?? []));
  const ready = ({ loaded }: RuleSources): readonly Rule[] =>
    loaded.flatMap(({ rule }) => (rule === null || without.has(rule.rule_id) ? [] : [rule]));
  if (ready(old).length + ready(next).length === 0)
    throw new InputError('RULE_NOT_FOUND', `neither ${names.old} nor ${names.new} holds a rule that can be run`);
  const versions = joinVersions(
    { rules: ready(old), exceptions: old.exceptions },
    { rules: ready(next), exceptions: next.exceptions },
  );
  const fileOf = new Map([...old.loaded, ...next.loaded].map((loaded) => [loaded.rule_id, loaded]));
  return {
    versions,
    sources: {
      loaded: versions.rules.map((rule) => ({
        ...(fileOf.get(rule.raises_as ?? '') as LoadedRule),
        state: 'ready',
        reason: null,
        problems: [],
        duplicates: [],
        rule_id: rule.rule_id,
        name: rule.name,
        rule,
      })),
      exceptions: versions.exceptions,
      mustLoad: new Set(),
      // What a version leaves out is left out already.
      asked: new Set([...fileOf.values()].map(({ file }) => file)),
    },
    leftOut: [
      ...notRun.map(({ loaded, why }) => describeNotRun(loaded, `not compared: ${why}`)),
      ...[oldFound, nextFound].flatMap(({ loaded, asked }) => retiredOf(loaded, asked, names)),
    ],
  };
}

function withoutRetired(sources: RuleSources, { includeDeprecated }: NamedVersions): RuleSources {
  if (includeDeprecated) return sources;
  return { ...sources, loaded: sources.loaded.filter((each) => whyRetired(each, sources.asked) === null) };
}

function retiredOf(
  loaded: readonly LoadedRule[],
  asked: ReadonlySet<string>,
  { includeDeprecated }: NamedVersions,
): readonly string[] {
  if (includeDeprecated) return [];
  return loaded.flatMap((each) => {
    const why = whyRetired(each, asked);
    return why === null ? [] : [describeNotRun(each, `left out: ${why}`)];
  });
}

function describeNotRun({ file, name, rule_id }: LoadedRule, why: string): string {
  return `${file}: ${name ?? rule_id ?? ''}: ${why}`;
}

function whyNotRun({ rule, state, reason }: LoadedRule, mode: NamedVersions['mode']): string | null {
  if (rule === null) return `${state}: ${reason ?? ''}`;
  const why = mode === 'parity' ? whyNotLive(rule) : null;
  return why === null ? null : `not in --mode parity: ${why}`;
}

/** A file or folder that exists is never taken for a revision. */
async function readVersion(text: string, cwd: string): Promise<RuleFiles> {
  const exists = await stat(resolve(cwd, text)).then(
    () => true,
    () => false,
  );
  return exists || parseRevision(text) === null ? readRuleFiles([text]) : readRevision(text, cwd);
}
