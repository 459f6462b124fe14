// Rules with the cases that stand beside them: `<rule file>.tests.ndjson` or `.tests.yaml`, where the rule file's own ending is left out.

import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, parseDocument, type DocumentValue } from '@coldhunt/core';
import { parseRuleTest, type RuleTest } from '@coldhunt/engine';
import { NO_EXCEPTIONS, builtinRuleTests, type ExceptionSet, type FieldTypes, type Rule } from '@coldhunt/rules';
import { openYaml } from '@coldhunt/runtime';
import { loadOneRule } from './rule-sources.ts';

const ENDINGS = ['.tests.ndjson', '.tests.yaml', '.tests.yml'] as const;
const RULE_ENDINGS = ['.toml', '.ndjson', '.json'] as const;

export interface TestedRule {
  /** The file of its cases. */
  readonly file: string;
  readonly rule: Rule;
  readonly exceptions: ExceptionSet;
  readonly tests: readonly RuleTest[];
}

/**
 * Rule files, files of cases, folders of them, built-in ids; none: the built-in rules. Throws RULE_NOT_FOUND for a rule without cases or
 * cases without a rule, and RULE_INVALID for what cannot be used.
 */
export async function loadTestedRules(args: readonly string[], fieldTypes: FieldTypes): Promise<readonly TestedRule[]> {
  const builtin = builtinRuleTests(fieldTypes);
  if (args.length === 0) return builtin.map((each) => ofBuiltin(each));
  const found: TestedRule[] = [];
  for (const arg of args) {
    const own = builtin.find(({ rule }) => rule.rule_id === arg);
    if (own !== undefined) found.push(ofBuiltin(own));
    else for (const file of await testFilesOf(arg)) found.push(await loadTested(file, fieldTypes));
  }
  return found;
}

function ofBuiltin({ rule, text }: { readonly rule: Rule; readonly text: string }): TestedRule {
  const file = `(built in) ${rule.rule_id}.tests.yaml`;
  return { file, rule, exceptions: NO_EXCEPTIONS, tests: parseTests(text, file) };
}

async function testFilesOf(arg: string): Promise<readonly string[]> {
  const isFolder = (await stat(arg).catch(() => null))?.isDirectory() ?? null;
  if (isFolder === null) throw new InputError('RULE_NOT_FOUND', `${arg}: no such file or folder, and no built-in id`);
  if (isFolder) {
    const files = (await readdir(arg, { recursive: true })).filter((name) => ENDINGS.some((end) => name.endsWith(end)));
    if (files.length > 0) return files.toSorted().map((name) => join(arg, name));
    throw new InputError('RULE_NOT_FOUND', `there are no cases in ${arg}: expected files such as rule.tests.yaml`);
  }
  if (ENDINGS.some((end) => arg.endsWith(end))) return [arg];
  const files = await filesOf(withoutEnding(arg, RULE_ENDINGS), ENDINGS);
  if (files.length > 0) return files;
  throw new InputError(
    'RULE_NOT_FOUND',
    `${arg} has no cases: expected ${withoutEnding(arg, RULE_ENDINGS)}.tests.yaml`,
  );
}

async function loadTested(file: string, fieldTypes: FieldTypes): Promise<TestedRule> {
  const base = withoutEnding(file, ENDINGS);
  const [ruleFile] = await filesOf(base, RULE_ENDINGS);
  if (ruleFile === undefined)
    throw new InputError('RULE_NOT_FOUND', `${file} stands beside no rule: expected ${base}.toml or ${base}.ndjson`);
  const { rule, exceptions } = await loadOneRule(ruleFile, fieldTypes);
  return { file, rule, exceptions, tests: parseTests(await readFile(file, 'utf8'), file) };
}

function parseTests(text: string, file: string): readonly RuleTest[] {
  if (/\.ya?ml$/.test(file)) {
    const { value } = openYaml(text, file);
    if (!Array.isArray(value)) throw new InputError('RULE_INVALID', `${file}: expected a list of cases`);
    return value.map((each: unknown, index) => parseRuleTest(withIsoTimes(each), `${file}: case ${index + 1}`));
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [parseRuleTest(parseLine(line, `${file}:${index + 1}`), `${file}:${index + 1}`)];
  });
}

function parseLine(line: string, place: string): DocumentValue {
  try {
    return parseDocument(line);
  } catch (error) {
    throw new InputError('RULE_INVALID', `${place}: ${(error as Error).message}`, { cause: error });
  }
}

/** A time without quotes is a time to YAML, where JSON has a text. */
function withIsoTimes(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(withIsoTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withIsoTimes(entry)]));
}

async function filesOf(base: string, endings: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    endings.map(async (ending) =>
      (await stat(base + ending).catch(() => null))?.isFile() === true ? [base + ending] : [],
    ),
  );
  return found.flat();
}

function withoutEnding(path: string, endings: readonly string[]): string {
  const ending = endings.find((each) => path.endsWith(each));
  return ending === undefined ? path : path.slice(0, -ending.length);
}
