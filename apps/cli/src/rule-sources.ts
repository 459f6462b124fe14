// `--rule` arguments -> rules: a built-in id, a rule file, a Kibana export, or a folder of them.

import { readFile, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError, countOf, nearestWord } from '@coldhunt/core';
import {
  builtinRules,
  createFieldTypes,
  describeProblem,
  joinExceptions,
  loadRules,
  readExceptionExport,
  type ExceptionSet,
  type FieldTypes,
  type LoadedRule,
  type Rule,
  type RuleFile,
  type RuleProblem,
} from '@coldhunt/rules';
import { nearPath } from './near-path.ts';
import { isRetiredFolder } from './retired-rules.ts';
import { toShellWord } from './shell-word.ts';

export const RULE_FILE = /(?<!\.tests)\.(?:toml|ndjson|json)$/i;

export interface RuleSources {
  readonly loaded: readonly LoadedRule[];
  /** Exception lists and items that stood in the same exports. */
  readonly exceptions: ExceptionSet;
  /** Files of one rule that were named one by one, and files with exceptions that cannot be used: all in them must load. */
  readonly mustLoad: ReadonlySet<string>;
  /** Files whose rules run even if they are deprecated or in development: they were named, or their folder of deprecated rules was. */
  readonly asked: ReadonlySet<string>;
}

/** Reads and checks every rule that the arguments name, in their order; files of a folder in order of their paths. Throws RULE_NOT_FOUND. */
export async function loadRuleSources(args: readonly string[], fieldTypes: FieldTypes): Promise<RuleSources> {
  return checkRuleFiles(await readRuleFiles(args), fieldTypes);
}

/** Checks every rule of files that were read. */
export function checkRuleFiles(
  { files: given, builtin, mustLoad, asked }: RuleFiles,
  fieldTypes: FieldTypes,
): RuleSources {
  const files = [...builtin.map((rule) => builtinFile(rule)), ...given];
  const exports = given
    .filter(({ text }) => text.trimStart().startsWith('{'))
    .map(({ name, text }) => ({ name, ...readExceptionExport(text, name, { fieldTypes }) }));
  // Rules whose exceptions cannot be used would raise alerts that nobody wants.
  const wrong = exports.filter(({ problems }) => problems.length > 0).map(({ name }) => name);
  // What is wrong with exceptions is among what is wrong with the files.
  const loaded = loadRules(files, fieldTypes);
  // An export that holds several rules is asked for as a folder is: what cannot run does not keep the rest from running.
  const isOneRule = (file: string): boolean => loaded.filter((each) => each.file === file).length <= 1;
  const named = [...mustLoad].filter((file) => isOneRule(file));
  return {
    loaded,
    exceptions: joinExceptions(exports.map(({ set }) => set)),
    mustLoad: new Set([...named, BUILTIN_FILE, ...wrong]),
    asked: new Set([...asked, BUILTIN_FILE]),
  };
}

export interface RuleFiles {
  readonly files: readonly RuleFile[];
  readonly builtin: readonly Rule[];
  readonly mustLoad: ReadonlySet<string>;
  readonly asked: ReadonlySet<string>;
}

/** The files that the arguments name, each once, and the built-in rules. Throws RULE_NOT_FOUND. */
export async function readRuleFiles(args: readonly string[]): Promise<RuleFiles> {
  const files: RuleFile[] = [];
  const builtin: Rule[] = [];
  const mustLoad = new Set<string>();
  const asked = new Set<string>();
  for (const arg of args) {
    const kind = await kindOf(arg);
    if (kind === 'folder') {
      const isAsked = isRetiredFolder(resolve(arg));
      for (const file of await readFolder(arg)) {
        files.push(file);
        if (isAsked) asked.add(file.name);
      }
    } else if (kind === 'file') {
      const text = await readText(arg);
      refuseOtherFormats(arg, text);
      files.push({ name: arg, text });
      mustLoad.add(arg);
      asked.add(arg);
    } else {
      const rule = builtinRules(createFieldTypes()).find(({ rule_id }) => rule_id === arg);
      if (rule === undefined) throw await notFound(arg);
      builtin.push(rule);
    }
  }
  return { files: [...new Map(files.map((file) => [file.name, file])).values()], builtin, mustLoad, asked };
}

export interface OneRule {
  readonly rule: Rule;
  readonly exceptions: ExceptionSet;
  readonly warnings: readonly RuleProblem[];
}

/** One rule by id or file, for `match` and `explain`: it must load. Throws RULE_NOT_FOUND, RULE_INVALID or RULE_UNSUPPORTED. */
export async function loadOneRule(arg: string, fieldTypes: FieldTypes): Promise<OneRule> {
  const { loaded, exceptions } = await loadRuleSources([arg], fieldTypes);
  requireLoaded(loaded);
  const [first] = loaded;
  if (first?.rule === null || first === undefined) throw new InputError('RULE_NOT_FOUND', `${arg} holds no rule`);
  if (loaded.length > 1)
    throw new InputError('RULE_INVALID', `${arg} holds ${countOf(loaded.length, 'rule')}: one is expected here`);
  return { rule: first.rule, exceptions, warnings: first.warnings };
}

/** Of more problems in one message nobody reads the rest. */
const PROBLEMS_SHOWN = 50;

/** Throws for the first kind of trouble among these: the problems of every rule in one message. */
export function requireLoaded(loaded: readonly LoadedRule[]): void {
  const invalid = loaded.filter(({ state }) => state === 'invalid');
  if (invalid.length > 0) {
    const all = invalid.flatMap(({ problems }) => problems.map((problem) => describeProblem(problem)));
    const more = all.length - PROBLEMS_SHOWN;
    const lines = more > 0 ? [...all.slice(0, PROBLEMS_SHOWN), `and ${more} more: see "coldhunt rules validate"`] : all;
    const isSyntax = invalid.every(({ problems }) => problems.every(({ message }) => message.startsWith('not valid')));
    throw new InputError(
      isSyntax ? 'RULE_SYNTAX' : 'RULE_INVALID',
      `${countOf(all.length, 'problem')} of rule files:\n${lines.join('\n')}`,
    );
  }
  const unsupported = loaded.filter(({ state }) => state === 'unsupported');
  if (unsupported.length > 0) {
    throw new InputError(
      'RULE_UNSUPPORTED',
      unsupported
        .map(({ file, name, type, reason }) => `${file}: ${name ?? ''} (${type ?? 'no type'}): ${reason}`)
        .join('\n'),
    );
  }
}

/** What a person may take for a rule file and no reader of ours would explain. */
function refuseOtherFormats(file: string, text: string): void {
  const expected = 'expected an Elastic rule file (TOML) or a Kibana export (NDJSON)';
  if (/\.ya?ml$/i.test(file))
    throw new InputError('RULE_UNSUPPORTED', `${file}: rules in YAML (Sigma) cannot be run: ${expected}`);
  if (/^\s*\[\s*[{\]]/.test(text))
    throw new InputError('RULE_SYNTAX', `${file}: a JSON array: ${expected}, one rule a line`, {
      details: { hint: `jq -c '.[]' ${toShellWord(file)} writes one a line` },
    });
}

async function kindOf(arg: string): Promise<'folder' | 'file' | 'id'> {
  try {
    return (await stat(arg)).isDirectory() ? 'folder' : 'file';
  } catch {
    if (isPath(arg)) throw await notFound(arg);
    return 'id';
  }
}

function isPath(arg: string): boolean {
  return arg.includes('/') || RULE_FILE.test(arg);
}

async function readFolder(folder: string): Promise<RuleFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && RULE_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (paths.length === 0)
    throw new InputError(
      'RULE_NOT_FOUND',
      `there is no rule file in ${folder}: expected .toml, .ndjson or .json files`,
    );
  const files: RuleFile[] = [];
  // A folder may hold more files than a process may have open.
  for (const names of chunks(paths.toSorted(), FILES_AT_ONCE))
    files.push(...(await Promise.all(names.map(async (name) => ({ name, text: await readText(name) })))));
  return files;
}

const FILES_AT_ONCE = 64;

function* chunks<T>(all: readonly T[], length: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += length) yield all.slice(from, from + length);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new InputError('RULE_NOT_FOUND', `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** How messages name where a built-in rule stands. */
const BUILTIN_FILE = '(built in)';

/** A built-in rule is its own export. */
export function builtinFile(rule: Rule): RuleFile {
  return { name: BUILTIN_FILE, text: JSON.stringify(rule) };
}

async function notFound(arg: string): Promise<InputError> {
  const near = await nearPath(arg, process.cwd());
  if (isPath(arg)) {
    const details = near === null ? {} : { details: { hint: near } };
    return new InputError('RULE_NOT_FOUND', `there is no rule ${JSON.stringify(arg)}: no such file or folder`, details);
  }
  const builtin = builtinRules(createFieldTypes());
  const known = builtin.map(({ rule_id, name }) => `${rule_id} (${name})`);
  // Ids and names alike: whoever gives a name means a rule too.
  const word = nearestWord(
    arg.toLowerCase(),
    builtin.flatMap(({ rule_id, name }) => [rule_id, name.toLowerCase()]),
  );
  const meant = builtin.find(({ rule_id, name }) => rule_id === word || name.toLowerCase() === word);
  const guess = meant === undefined ? null : `did you mean ${meant.rule_id} (${meant.name})?`;
  const what = 'it is no file, no folder and no built-in id';
  return new InputError('RULE_NOT_FOUND', `there is no rule ${JSON.stringify(arg)}: ${what}`, {
    details: { hint: near ?? guess ?? `built in: ${known.join(', ')}` },
  });
}
