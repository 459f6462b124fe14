// A rule file's text -> raw rules in the shape of Elastic's API: Elastic's TOML, or Kibana's export (NDJSON, one rule a line).

import { InputError, JsonNumber, isObject, parseDocument, type Document, type DocumentValue } from '@coldhunt/core';
import { TomlError, parse as parseToml } from 'smol-toml';
import { exceptionLineKind } from '../exceptions/exception-set.ts';
import { jsonKeyOffset } from './json-key-offset.ts';
import type { RuleProblem } from './rule-problem.ts';
import { createTomlPlaces, placeAt, type Place } from './toml-places.ts';

/** Larger rule files are refused: no rule is that long. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Levels of objects and lists in a rule: what is deeper is none. smol-toml has a limit of its own, above this. */
const MAX_DEPTH = 200;

/** What stands in a rule file of Elastic's beside the rule: bookkeeping, and the texts of its investigation guide. */
const TOML_TABLES: readonly string[] = ['metadata', 'rule', 'transform'];

export interface RawRule {
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** The table [metadata] beside the rule; an export has none. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Found while its shape was turned into the API's. */
  readonly problems: readonly RuleProblem[];
  /** Where a key of the rule stands (`index`: of the several tables of one name), else the rule itself; null where the text gives no place. */
  placeOf(key: string, index?: number): Place | null;
  /** Where a character of a key's text stands; null where escapes make it a guess. */
  placeIn(key: string, value: string, offset: number): Place | null;
}

export interface ParsedRuleFile {
  readonly rules: readonly RawRule[];
  readonly problems: readonly RuleProblem[];
}

/** The format is told by the content: text that begins with `{` is an export. */
export function isRuleExport(text: string): boolean {
  // Takes a byte order mark away as well.
  return text.trimStart().startsWith('{');
}

export function parseRuleFile(text: string, file: string): ParsedRuleFile {
  const clean = text.replace(/^\ufeff/, '');
  if (clean.length > MAX_CHARACTERS)
    return failed({ file, line: null, column: null, path: '', message: `larger than ${MAX_CHARACTERS} characters` });
  return isRuleExport(clean) ? parseExport(clean, file) : parseElasticToml(clean, file);
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
  const places = createTomlPlaces(text);
  const at = (place: Place | null): { line: number | null; column: number | null } =>
    place ?? { line: null, column: null };
  const strange = Object.keys(document).filter((key) => !TOML_TABLES.includes(key));
  const stray = strange.map((key): RuleProblem => {
    const message = `"${key}" stands outside of [rule]: expected the tables ${TOML_TABLES.join(', ')} there`;
    // Without a path: the field of the same name in [rule] is another thing.
    return { file, ...at(places.placeOfRoot(key)), path: '', message };
  });
  const rule = document['rule'];
  if (rule === null || typeof rule !== 'object' || Array.isArray(rule)) {
    const message = 'there is no [rule] table: expected an Elastic rule file';
    return failed({ file, ...at(places.placeOfRoot('rule')), path: 'rule', message });
  }
  const value = { ...(rule as Record<string, unknown>) };
  const table = document['metadata'];
  const metadata = table !== null && typeof table === 'object' ? (table as Record<string, unknown>) : {};
  const { version } = metadata;
  if (value['version'] === undefined && version !== undefined) value['version'] = version;
  const terms = spreadNewTerms(value).map((message): RuleProblem => ({
    file,
    ...at(places.placeOf('new_terms')),
    path: 'new_terms',
    message,
  }));
  return { rules: [{ file, value, metadata, problems: [...stray, ...terms], ...places }], problems: [] };
}

/** `[rule.new_terms]` with field/value pairs -> the two plain fields of the API. */
function spreadNewTerms(value: Record<string, unknown>): string[] {
  const table = value['new_terms'];
  if (table === undefined) return [];
  delete value['new_terms'];
  if (table === null || typeof table !== 'object' || Array.isArray(table)) return ['expected a table'];
  const { field, value: fields, history_window_start: windows } = table as Record<string, unknown>;
  const problems: string[] = [];
  if (field === 'new_terms_fields') value['new_terms_fields'] = fields;
  else problems.push(`field must be "new_terms_fields", got ${JSON.stringify(field) ?? 'nothing'}`);
  const [window, ...more] = Array.isArray(windows) ? (windows as unknown[]) : [];
  if (window !== null && typeof window === 'object' && more.length === 0)
    value['history_window_start'] = (window as Record<string, unknown>)['value'];
  else problems.push('expected exactly one [[rule.new_terms.history_window_start]] with a value');
  return problems;
}

function parseExport(text: string, file: string): ParsedRuleFile {
  const single = tryJson(text);
  // One object over several lines is one rule; else every line stands for itself.
  if (typeof single !== 'string') return { rules: ruleOf(single, { file, text, line: 1 }), problems: [] };
  const rules: RawRule[] = [];
  const problems: RuleProblem[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    const value = tryJson(content);
    if (typeof value === 'string') problems.push({ file, line, column: null, path: '', message: value });
    else rules.push(...ruleOf(value, { file, text: content, line }));
  }
  return { rules, problems };
}

interface ExportEntry {
  readonly file: string;
  readonly text: string;
  /** Number of its first line. */
  readonly line: number;
}

/** Nothing for lines that hold no rule: the details at the end, exceptions, and the connectors of actions (saved objects). */
function ruleOf(document: Document, { file, text, line }: ExportEntry): RawRule[] {
  if (Object.hasOwn(document, 'exported_count') || Object.hasOwn(document, 'exported_rules_count')) return [];
  if (Object.hasOwn(document, 'exported_exception_list_count') || exceptionLineKind(document) !== null) return [];
  if (Object.hasOwn(document, 'attributes') && !Object.hasOwn(document, 'rule_id')) return [];
  const inFile = (offset: number): Place => {
    const place = placeAt(text, offset);
    return { line: place.line + line - 1, column: place.column };
  };
  const keyAt = (key: string): number => jsonKeyOffset(text, key);
  return [
    {
      file,
      // Kibana writes null for what was never set.
      value: plainNumbers(withoutNulls(document)) as Record<string, unknown>,
      metadata: {},
      problems: [],
      placeOf: (key) => inFile(Math.max(0, keyAt(key))),
      placeIn: (key, value, offset) => {
        const at = keyAt(key);
        const start = at < 0 ? -1 : text.indexOf('"', at + JSON.stringify(key).length);
        if (start < 0 || !text.startsWith(JSON.stringify(value), start)) return null;
        return inFile(start + JSON.stringify(value.slice(0, offset)).length - 1);
      },
    },
  ];
}

function withoutNulls(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}

/** The document, or why it is none. */
function tryJson(text: string): Document | string {
  try {
    return parseDocument(text, MAX_DEPTH);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.code === 'LINE_TOO_DEEP') return `nested deeper than ${MAX_DEPTH} levels`;
    return 'not a JSON object: expected one rule a line, as Kibana exports them';
  }
}

/** Rules are plain JSON: numbers as JavaScript has them; an integer beyond 2^53 becomes its text, which filters compare exactly. */
function plainNumbers(value: DocumentValue): unknown {
  if (value instanceof JsonNumber) {
    const number = Number(value.text);
    return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : value.text;
  }
  if (Array.isArray(value)) return value.map((entry) => plainNumbers(entry));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plainNumbers(entry)]));
}

function failed(problem: RuleProblem): ParsedRuleFile {
  return { rules: [], problems: [problem] };
}
