// Rule files -> rules that can run, rules that cannot yet (each with its reason), and files that are wrong (each with every problem).

import { expectedWords, foundWords, nearestWord } from '@coldhunt/core';
import type { z } from 'zod';
import { readExceptionExport } from '../exceptions/parse-exception-export.ts';
import { createFieldSpelling, watchFieldNames, type FieldSpelling } from '../fields/field-spelling.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { Rule } from '../rule.ts';
import { unsupportedQuery } from '../rule-query.ts';
import { checkRule } from './check-rule.ts';
import { judgeDuplicates, type PlacedRule } from './duplicate-rules.ts';
import { invalidRule } from './invalid-rule.ts';
import { unsupportedThreshold } from './check-threshold.ts';
import { problemAt } from './problem-at.ts';
import { queryDoubts } from './query-doubts.ts';
import { isRuleExport, parseRuleFile, type RawRule } from './parse-rule-file.ts';
import { compareProblems, type RuleProblem, type RuleState } from './rule-problem.ts';
import { spellingWarnings } from './spelling-warnings.ts';
import { NO_METADATA, toRuleMetadata, type RuleMetadata } from './rule-metadata.ts';
import { KNOWN_FIELDS, USED_FIELDS, ruleSchema } from './rule-schema.ts';

export interface RuleFile {
  /** How messages name it. */
  readonly name: string;
  readonly text: string;
}

export interface LoadedRule {
  readonly file: string;
  readonly rule_id: string | null;
  readonly name: string | null;
  readonly type: string | null;
  readonly language: string | null;
  readonly metadata: RuleMetadata;
  /** What it is for, as the file has it: ATT&CK's tactics and techniques. */
  readonly threat: readonly unknown[];
  /** The files of all rules with its id, the same rule or another, where it is not the only one. */
  readonly duplicates: readonly string[];
  readonly state: RuleState;
  /** Why it is not ready; null when it is. */
  readonly reason: string | null;
  readonly problems: readonly RuleProblem[];
  /** What is legal and looks wrong: fields that were probably misspelled. */
  readonly warnings: readonly RuleProblem[];
  /** When it is ready. */
  readonly rule: Rule | null;
}

/** What is known of a rule, ready or not. */
export type RuleHead = Pick<LoadedRule, 'file' | 'rule_id' | 'name' | 'type' | 'language' | 'metadata' | 'threat'>;

/** Rule types that are named and not run, with the reason. */
const UNSUPPORTED_TYPES: Readonly<Record<string, (value: RawRule['value']) => string>> = {
  esql: () => 'ES|QL rules need Elasticsearch',
  machine_learning: (value) => `needs ${machineLearningJobs(value)} in Elasticsearch`,
  threat_match: () => 'indicator match rules need the indicators in Elasticsearch',
  saved_query: () => 'the query is saved in Kibana and not part of the rule',
};

function machineLearningJobs({ machine_learning_job_id: given }: RawRule['value']): string {
  const jobs = [given].flat().filter((job) => typeof job === 'string');
  if (jobs.length === 0) return 'the results of a machine-learning job';
  return jobs.length === 1
    ? `the machine-learning job ${jobs[0]}`
    : `one of the machine-learning jobs ${jobs.join(', ')}`;
}

/**
 * Loads files in the order given. Never throws for what a file holds. Of rules that are the same the first counts, and says so; two
 * different ones with one id are both invalid, and say of each other.
 */
export function loadRules(files: readonly RuleFile[], fieldTypes: FieldTypes): LoadedRule[] {
  return loadRawRules(files, fieldTypes).map(({ rule }) => rule);
}

/** The same, each with what the file holds of it; null where the file holds no rule. */
export function loadRawRules(files: readonly RuleFile[], fieldTypes: FieldTypes): PlacedRule[] {
  const fields = { fieldTypes, spelling: createFieldSpelling(fieldTypes) };
  const placed = files.flatMap((file) => loadRuleFile(file, fields));
  return judgeDuplicates(placed);
}

interface Fields {
  readonly fieldTypes: FieldTypes;
  readonly spelling: FieldSpelling;
}

function loadRuleFile({ name, text }: RuleFile, fields: Fields): PlacedRule[] {
  const { rules, problems: ofFile } = parseRuleFile(text, name);
  const problems = [...ofFile, ...exceptionProblems(text, name, fields)].toSorted(compareProblems);
  const nothing = {
    file: name,
    rule_id: null,
    name: null,
    type: null,
    language: null,
    metadata: NO_METADATA,
    threat: [],
  };
  return [
    ...problems.map((problem) => ({ rule: invalidRule(nothing, [problem]), raw: null })),
    ...rules.map((raw) => ({ rule: loadRule(raw, fields), raw })),
  ];
}

/** What is wrong with the exceptions of an export; its broken lines are told with its rules. */
function exceptionProblems(text: string, name: string, { fieldTypes }: Fields): readonly RuleProblem[] {
  return isRuleExport(text) ? readExceptionExport(text, name, { fieldTypes }).problems : [];
}

function loadRule(raw: RawRule, { fieldTypes: known, spelling }: Fields): LoadedRule {
  const { fieldTypes, names } = watchFieldNames(known);
  const word = (key: string): string | null => (typeof raw.value[key] === 'string' ? (raw.value[key] as string) : null);
  const type = word('type');
  const head = {
    file: raw.file,
    rule_id: word('rule_id'),
    name: word('name'),
    type,
    language: word('language') ?? (isRun(type) ? languageOf(type) : null),
    metadata: toRuleMetadata(raw),
    threat: Array.isArray(raw.value['threat']) ? raw.value['threat'] : [],
  };
  if (isEvent(raw.value)) return invalidRule(head, [problemAt(raw, '', 'this is an event, no rule')]);
  const parsed = ruleSchema.safeParse(raw.value, { error: expectedWords });
  const problems = [
    ...raw.problems,
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => toProblems(issue, raw))),
  ];
  if (type !== null && !isRun(type)) {
    const reason = Object.hasOwn(UNSUPPORTED_TYPES, type) ? UNSUPPORTED_TYPES[type]?.(raw.value) : undefined;
    if (reason !== undefined && problems.length === 0) return unsupported(head, reason);
    if (reason === undefined)
      problems.push(
        problemAt(
          raw,
          'type',
          `unknown rule type ${JSON.stringify(type)}: expected query, new_terms, threshold or eql (or another of Elastic's)`,
        ),
      );
    return invalidRule(head, problems);
  }
  if (head.language === 'lucene' && problems.length === 0)
    return unsupported(head, 'Lucene queries cannot be run, only KQL');
  const expected = languageOf(type);
  if (type === 'eql' && raw.value['language'] === undefined)
    problems.push(problemAt(raw, 'language', 'missing: expected "eql" in a rule of type eql'));
  if (head.language !== null && head.language !== expected) {
    if (head.language !== 'lucene') problems.push(problemAt(raw, 'language', wrongLanguage(head.language, type)));
    return invalidRule(head, problems);
  }
  const wrong = wrongKeys(problems);
  if (!parsed.success) return invalidRule(head, [...problems, ...checkRest(raw, wrong, fieldTypes)]);
  const rule = toRule(parsed.data);
  problems.push(...checkRule(rule, raw, { wrong, fieldTypes }));
  if (problems.length > 0) return invalidRule(head, problems);
  const reason = rule.type === 'threshold' ? unsupportedThreshold(rule) : unsupportedQuery(rule);
  if (reason !== null) return unsupported(head, reason);
  return {
    ...head,
    duplicates: [],
    state: 'ready',
    reason: null,
    problems: [],
    warnings: [...spellingWarnings(raw, names, spelling), ...queryDoubts(raw, rule, fieldTypes)].toSorted(
      compareProblems,
    ),
    rule,
  };
}

/** Who mixes up --rule and --archive wants one sentence, not every missing key. */
function isEvent(value: RawRule['value']): boolean {
  return Object.hasOwn(value, '@timestamp') && !Object.hasOwn(value, 'rule_id') && !Object.hasOwn(value, 'query');
}

function isRun(type: string | null): boolean {
  return type === 'query' || type === 'new_terms' || type === 'eql' || type === 'threshold';
}

function languageOf(type: string | null): Rule['language'] {
  return type === 'eql' ? 'eql' : 'kuery';
}

function wrongLanguage(language: string, type: string | null): string {
  const shown = JSON.stringify(language);
  const isKnown = language === 'kuery' || language === 'eql';
  return `${isKnown ? `a rule of type ${type ?? 'query'} is not written in ${shown}` : `unknown language ${shown}`}: expected ${languageOf(type)}`;
}

function wrongKeys(problems: readonly RuleProblem[]): ReadonlySet<string> {
  const wrong = new Set(problems.map(({ path }) => path.split('.')[0] ?? ''));
  // A wrong table of terms left both of its fields out.
  return wrong.has('new_terms') ? new Set([...wrong, 'new_terms_fields', 'history_window_start']) : wrong;
}

/** The deeper problems of a rule whose shape is wrong elsewhere: all of a file are told at once. */
function checkRest(raw: RawRule, wrong: ReadonlySet<string>, fieldTypes: FieldTypes): RuleProblem[] {
  const right = Object.entries(raw.value).filter(([key]) => !wrong.has(key));
  const parsed = ruleSchema.safeParse({ ...SMALLEST_RULE, ...Object.fromEntries(right) });
  return parsed.success ? checkRule(toRule(parsed.data), raw, { wrong, fieldTypes }) : [];
}

/** Stands in for what is missing or wrong while the rest is checked. */
const SMALLEST_RULE = {
  rule_id: '-',
  name: '-',
  description: '-',
  type: 'query',
  severity: 'low',
  risk_score: 0,
} as const;

/** Plain JSON: dates of TOML in fields without a shape become texts. */
function toRule(value: z.infer<typeof ruleSchema>): Rule {
  const entries = Object.entries({ ...value, language: languageOf(value.type) }).filter(
    ([key, entry]) => USED_FIELDS.includes(key) && entry !== undefined && entry !== null,
  );
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Rule;
}

function toProblems(issue: z.core.$ZodIssue, raw: RawRule): RuleProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearestWord(key, KNOWN_FIELDS);
      return problemAt(raw, key, `unknown field${near === null ? '' : `: did you mean ${near}?`}`);
    });
  }
  return [problemAt(raw, issue.path.join('.'), `${foundWords(raw.value, issue.path)}: ${issue.message}`)];
}

function unsupported(head: RuleHead, reason: string): LoadedRule {
  return { ...head, duplicates: [], state: 'unsupported', reason, problems: [], warnings: [], rule: null };
}
