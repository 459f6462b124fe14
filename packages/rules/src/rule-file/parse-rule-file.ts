// A rule file's text -> raw rules in the shape of Elastic's API: Elastic's TOML, or Kibana's export (NDJSON, one rule a line).

import { isObject, parseJson, type DocumentValue } from '@coldhunt/core';
import { TomlError, parse as parseToml } from 'smol-toml';
import { exceptionLineKind } from '../exceptions/exception-set.ts';
import type { RuleProblem } from './rule-problem.ts';

/** Larger rule files are refused: no rule is that long. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

export interface RawRule {
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Line of the rule in an export; null in TOML, where `lineOf` finds keys. */
  readonly line: number | null;
  /** The line and column of a key of the rule, where exactly one line of the text begins with it. */
  lineOf(key: string): { readonly line: number; readonly column: number } | null;
}

export interface ParsedRuleFile {
  readonly rules: readonly RawRule[];
  readonly problems: readonly RuleProblem[];
}

/** The format is told by the content: text that begins with `{` is an export. */
export function parseRuleFile(text: string, file: string): ParsedRuleFile {
  const clean = text.replace(/^\ufeff/, '');
  if (clean.length > MAX_CHARACTERS)
    return failed({ file, line: null, column: null, path: '', message: `larger than ${MAX_CHARACTERS} characters` });
  return clean.trimStart().startsWith('{') ? parseExport(clean, file) : parseElasticToml(clean, file);
}

function parseElasticToml(text: string, file: string): ParsedRuleFile {
  let document: Record<string, unknown>;
  try {
    document = parseToml(text) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = (error.message.split('\n')[0] ?? 'not TOML').replace(/^Invalid TOML document: /, '');
    return failed({ file, line: error.line, column: error.column, path: '', message: `not valid TOML: ${message}` });
  }
  const rule = document['rule'];
  if (rule === null || typeof rule !== 'object' || Array.isArray(rule)) {
    return failed({
      file,
      line: null,
      column: null,
      path: 'rule',
      message: 'there is no [rule] table: expected an Elastic rule file',
    });
  }
  const value = { ...(rule as Record<string, unknown>) };
  const metadata = document['metadata'];
  const version =
    metadata !== null && typeof metadata === 'object' ? (metadata as Record<string, unknown>)['version'] : undefined;
  if (value['version'] === undefined && version !== undefined) value['version'] = version;
  const problems = spreadNewTerms(value, file);
  const lines = text.split('\n');
  return {
    rules: problems.length > 0 ? [] : [{ file, value, line: null, lineOf: (key) => findKey(lines, key) }],
    problems,
  };
}

/** `[rule.new_terms]` with field/value pairs -> the two plain fields of the API. */
function spreadNewTerms(value: Record<string, unknown>, file: string): RuleProblem[] {
  const table = value['new_terms'];
  if (table === undefined) return [];
  delete value['new_terms'];
  const problem = (message: string): RuleProblem[] => [
    { file, line: null, column: null, path: 'rule.new_terms', message },
  ];
  if (table === null || typeof table !== 'object') return problem('must be a table');
  const { field, value: fields, history_window_start: windows } = table as Record<string, unknown>;
  if (field !== 'new_terms_fields') return problem(`field must be "new_terms_fields", got ${JSON.stringify(field)}`);
  const [window, ...more] = Array.isArray(windows) ? (windows as unknown[]) : [];
  if (window === undefined || more.length > 0)
    return problem('expected exactly one [[rule.new_terms.history_window_start]]');
  value['new_terms_fields'] = fields;
  value['history_window_start'] = (window as Record<string, unknown>)['value'];
  return [];
}

function parseExport(text: string, file: string): ParsedRuleFile {
  const rules: RawRule[] = [];
  const problems: RuleProblem[] = [];
  const single = tryJson(text);
  // One object over several lines is one rule; else every line stands for itself.
  const entries: (readonly [number, string])[] =
    single === null ? text.split('\n').map((line, index) => [index + 1, line] as const) : [[1, text]];
  for (const [line, content] of entries) {
    if (content.trim() === '') continue;
    const value = tryJson(content);
    if (value === null || !isObject(value))
      problems.push({
        file,
        line,
        column: null,
        path: '',
        message: 'not a JSON object: expected one rule a line, as Kibana exports them',
      });
    else if (
      'exported_count' in value ||
      'exported_rules_count' in value ||
      'exported_exception_list_count' in value ||
      exceptionLineKind(value) !== null
    )
      continue;
    else rules.push({ file, value: value as Record<string, unknown>, line, lineOf: () => ({ line, column: 1 }) });
  }
  return { rules, problems };
}

function tryJson(text: string): DocumentValue | null {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

function findKey(lines: readonly string[], key: string): { line: number; column: number } | null {
  let found: { line: number; column: number } | null = null;
  for (const [index, line] of lines.entries()) {
    const start = line.trimStart();
    if (!start.startsWith(key) || !/^\s*=/.test(start.slice(key.length))) continue;
    if (found !== null) return null;
    found = { line: index + 1, column: line.length - start.length + 1 };
  }
  return found;
}

function failed(problem: RuleProblem): ParsedRuleFile {
  return { rules: [], problems: [problem] };
}
