// A rule whose meaning changed runs in its first night beside what it was: alerts that only the change raises are marked. What it was runs
// first, over the night's objects and with its own memory, in a run folder of its own.

import type { Document, RunStore } from '@coldhunt/core';
import { sha256Hex } from '@coldhunt/core';
import {
  createAlertBuilder,
  readAlerts,
  readRun,
  type AlertBuilder,
  type HuntResult,
  type Question,
  type RunFile,
} from '@coldhunt/engine';
import { folderStore } from './folder-store.ts';
import { nightFolder } from './night-file.ts';
import { carriedFrom, carry, huntNight, openNight } from './night-run.ts';
import { basesOf } from './rule-bases.ts';
import { ruleMeanings } from './rule-meaning.ts';
import type { NightOptions } from './run-night.ts';

export const NEW_BY_RULE_CHANGE = 'coldhunt.new_by_rule_change';

type Replacing = Pick<NightOptions, 'workspace' | 'watch' | 'before'>;

/** `replaced/000012/` */
function replacedFolder(number: number): string {
  return nightFolder(number).replace('nights/', 'replaced/');
}

/** The run folder of a night that is to be run: its own, or that of what its changed rules were. */
export function runFolderOf({ before, isReplaced }: Pick<NightOptions, 'before' | 'isReplaced'>): string {
  const number = (before?.number ?? 0) + 1;
  return isReplaced === true ? replacedFolder(number) : nightFolder(number);
}

/** The ids of the rules that tonight asks with another meaning than the night before did. */
function replacedRules({ watch, before }: Omit<Replacing, 'workspace'>): ReadonlySet<string> {
  const meanings = [...ruleMeanings(watch.question)];
  const changed = meanings.filter(([id, meaning]) => {
    const known = before?.rules[id];
    return known !== undefined && known.meaning !== meaning;
  });
  return new Set(changed.map(([id]) => id));
}

/** Runs the changed rules as they were. Only where the night before can still say what they were. */
export async function runReplaced(
  options: NightOptions,
): Promise<{ readonly run: RunFile; readonly hunt: HuntResult }> {
  const { workspace, watch, before, range } = options;
  if (before === null) throw new TypeError('a first night replaces no rule');
  const store = folderStore(workspace, runFolderOf({ before, isReplaced: true }));
  const carried = carriedFrom(before);
  const { watch: _night, ...old } = (await readRun(folderStore(workspace, nightFolder(before.number)))).question;
  const ids = replacedRules(options);
  const asked = { ...old, rules: old.rules.filter(({ rule }) => ids.has(rule.rule_id)) };
  const from = new Date(range.fromMs).toISOString();
  const bases = basesOf(asked, before.rules, Date.parse(before.next_rescan_from ?? from));
  const question: Question = {
    ...asked,
    archives: watch.question.archives,
    from,
    to: new Date(range.toMs).toISOString(),
    watch: {
      rescan_from: from,
      carried: carried === null ? null : sha256Hex(carried),
      rules_anew: [],
      ...(Object.keys(bases).length === 0 ? {} : { bases }),
    },
  };
  const opened = await openNight(store, question);
  if (carried !== null) await carry(workspace, store, before, carried);
  const hunt = await huntNight(options, store, opened);
  return { run: opened.run, hunt };
}

/** Builds tonight's alerts, with a mark on those of changed rules that the rules as they were did not raise. Empty: none is changed. */
export async function markingBuilder(
  options: Replacing & Pick<NightOptions, 'buildAlert'>,
): Promise<Pick<NightOptions, 'buildAlert'>> {
  const ids = replacedRules(options);
  const folder = replacedFolder((options.before?.number ?? 0) + 1);
  if (ids.size === 0 || !(await isThere(options.workspace, `${folder}summary.json`))) return {};
  const raised = new Set<string>();
  for await (const alert of readAlerts(folderStore(options.workspace, folder))) raised.add(uuidOf(alert));
  const build = options.buildAlert ?? createAlertBuilder();
  const buildAlert: AlertBuilder = (alert, context) => {
    const built = build(alert, context);
    const isNew = ids.has(context.rule.rule_id) && !raised.has(uuidOf(built));
    return isNew ? { ...built, [NEW_BY_RULE_CHANGE]: true } : built;
  };
  return { buildAlert };
}

/** Whether tonight's changed rules can run as they were before. */
export async function hasReplaced(options: Replacing): Promise<boolean> {
  if (options.before === null || replacedRules(options).size === 0) return false;
  return isThere(options.workspace, `${nightFolder(options.before.number)}run.json`);
}

async function isThere(workspace: RunStore, path: string): Promise<boolean> {
  return (await workspace.get(path)) !== null;
}

function uuidOf(alert: Document): string {
  return String(alert['kibana.alert.uuid']);
}
