// Rule files -> rules that can run, rules that cannot yet (each with its reason), and files that are wrong (each with every problem).

import { InputError } from '@coldhunt/core';
import type { z } from 'zod';
import { compileDateMath, parseDateMath } from '../date-math/parse-date-math.ts';
import { parseInterval } from '../date-math/parse-interval.ts';
import { compileRule } from '../compile-rule.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { Rule } from '../rule.ts';
import { parseRuleFile, type RawRule } from './parse-rule-file.ts';
import type { RuleProblem, RuleState } from './rule-problem.ts';
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
  readonly state: RuleState;
  /** Why it is not ready; null when it is. */
  readonly reason: string | null;
  readonly problems: readonly RuleProblem[];
  /** When it is ready. */
  readonly rule: Rule | null;
}

/** Rule types that are named and not run, with the reason. */
const UNSUPPORTED_TYPES: Readonly<Record<string, string>> = {
  eql: 'EQL rules cannot be run yet',
  esql: 'ES|QL rules need Elasticsearch',
  threshold: 'threshold rules cannot be run yet',
  machine_learning: "machine-learning rules need the job's results in Elasticsearch",
  threat_match: 'indicator match rules need the indicators in Elasticsearch',
  saved_query: 'the query is saved in Kibana and not part of the rule',
};

/** Loads files in the order given. Never throws for what a file holds; two rules with one id are both invalid, and say of each other. */
export function loadRules(files: readonly RuleFile[], fieldTypes: FieldTypes): LoadedRule[] {
  const loaded = files.flatMap((file) => loadRuleFile(file, fieldTypes));
  const byId = new Map<string, LoadedRule[]>();
  for (const each of loaded) {
    if (each.rule_id !== null) byId.set(each.rule_id, [...(byId.get(each.rule_id) ?? []), each]);
  }
  return loaded.map((each) => {
    const same = byId.get(each.rule_id ?? '') ?? [];
    if (same.length < 2 || each.state === 'invalid') return each;
    const others = same
      .filter((other) => other !== each)
      .map((other) => `${other.file}${other.rule === null ? '' : ` (version ${other.rule.version})`}`);
    return invalid(each, [
      {
        file: each.file,
        line: null,
        column: null,
        path: 'rule_id',
        message: `the rule id ${each.rule_id} stands in ${others.join(' and ')} too${each.rule === null ? '' : `, here in version ${each.rule.version}`}: keep one`,
      },
    ]);
  });
}

function loadRuleFile({ name, text }: RuleFile, fieldTypes: FieldTypes): LoadedRule[] {
  const { rules, problems } = parseRuleFile(text, name);
  const nothing = { file: name, rule_id: null, name: null, type: null, language: null };
  const broken = problems.map((problem) => invalid(nothing, [problem]));
  if (rules.length === 0 && broken.length === 0) {
    return [];
  }
  return [...broken, ...rules.map((raw) => loadRule(raw, fieldTypes))];
}

function loadRule(raw: RawRule, fieldTypes: FieldTypes): LoadedRule {
  const word = (key: string): string | null => (typeof raw.value[key] === 'string' ? (raw.value[key] as string) : null);
  const type = word('type');
  const head = {
    file: raw.file,
    rule_id: word('rule_id'),
    name: word('name'),
    type,
    language: word('language') ?? (type === 'query' || type === 'new_terms' ? 'kuery' : null),
  };
  const parsed = ruleSchema.safeParse(raw.value);
  if (!parsed.success)
    return invalid(
      head,
      parsed.error.issues.flatMap((issue) => toProblems(issue, raw)),
    );
  if (type !== 'query' && type !== 'new_terms') {
    const reason = UNSUPPORTED_TYPES[type ?? ''];
    if (reason === undefined)
      return invalid(head, [
        problemAt(
          raw,
          'type',
          `unknown rule type ${JSON.stringify(type)}: expected query or new_terms (or another of Elastic's)`,
        ),
      ]);
    return { ...head, state: 'unsupported', reason, problems: [], rule: null };
  }
  if (head.language !== 'kuery') {
    if (head.language === 'lucene')
      return {
        ...head,
        state: 'unsupported',
        reason: 'Lucene queries cannot be run, only KQL',
        problems: [],
        rule: null,
      };
    return invalid(head, [
      problemAt(raw, 'language', `unknown language ${JSON.stringify(head.language)}: expected kuery`),
    ]);
  }
  const rule = toRule(parsed.data);
  const problems = checkRule(rule, raw, fieldTypes);
  return problems.length > 0 ? invalid(head, problems) : { ...head, state: 'ready', reason: null, problems: [], rule };
}

/** What the schema cannot say: date math, windows, terms, the query and filters themselves. */
function checkRule(rule: Rule, raw: RawRule, fieldTypes: FieldTypes): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const now = Date.UTC(2026, 0, 1);
  const at = (key: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(problemAt(raw, key, error.message));
    }
  };
  at('from', () => parseDateMath(rule.from, now));
  at('to', () => parseDateMath(rule.to, now));
  at('interval', () => parseInterval(rule.interval));
  if (rule.type === 'new_terms') {
    if (rule.new_terms_fields === undefined)
      problems.push(problemAt(raw, 'new_terms_fields', 'missing: a new_terms rule names 1 to 3 fields'));
    if (rule.history_window_start === undefined)
      problems.push(problemAt(raw, 'history_window_start', 'missing: a new_terms rule says how far it looks back'));
    else {
      const start = rule.history_window_start;
      at('history_window_start', () => {
        compileDateMath(start);
        // K: NT/utils.ts, validateHistoryWindowStart: equal is an error too.
        if (parseDateMath(start, now) >= parseDateMath(rule.from, now)) {
          throw new InputError(
            'RULE_INVALID',
            `${JSON.stringify(start)} must be earlier than "from" (${JSON.stringify(rule.from)}): the history window is smaller than interval and look-back`,
          );
        }
      });
    }
  }
  if (problems.length === 0)
    at('query', () => compileRule({ ...rule, filters: [], exceptions_list: [] }, { fieldTypes }));
  at('filters', () => compileRule({ ...rule, query: '', exceptions_list: [] }, { fieldTypes }));
  return problems;
}

function toRule(value: z.infer<typeof ruleSchema>): Rule {
  const entries = Object.entries({ ...value, language: 'kuery' }).filter(
    ([key, entry]) => USED_FIELDS.includes(key) && entry !== undefined && entry !== null,
  );
  return Object.fromEntries(entries) as unknown as Rule;
}

function toProblems(issue: z.core.$ZodIssue, raw: RawRule): RuleProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearest(key, KNOWN_FIELDS);
      return problemAt(raw, key, `unknown field${near === null ? '' : `: did you mean ${near}?`}`);
    });
  }
  const [key = ''] = issue.path;
  const found = issue.path.reduce<unknown>(
    (value, part) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    raw.value,
  );
  const shown =
    found === undefined
      ? 'missing'
      : `found ${JSON.stringify(found, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))?.slice(0, 80)}`;
  return [
    {
      ...problemAt(raw, String(key), `${shown}: ${issue.message.replace(/^Invalid (?:input|option): /, '')}`),
      path: issue.path.join('.'),
    },
  ];
}

function problemAt(raw: RawRule, key: string, message: string): RuleProblem {
  const place = raw.lineOf(key);
  return { file: raw.file, line: place?.line ?? raw.line, column: place?.column ?? null, path: key, message };
}

function invalid(
  head: Pick<LoadedRule, 'file' | 'rule_id' | 'name' | 'type' | 'language'>,
  problems: readonly RuleProblem[],
): LoadedRule {
  const { file, rule_id, name, type, language } = head;
  const [first] = problems;
  const reason =
    first === undefined
      ? 'invalid'
      : `${first.path === '' ? '' : `${first.path}: `}${first.message}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`;
  return { file, rule_id, name, type, language, state: 'invalid', reason, problems, rule: null };
}

/** The known word within two edits, for "did you mean". */
function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = 3;
  for (const candidate of known) {
    const edits = distance(word, candidate, least);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
