// What is legal in a rule and probably not what its author meant.

export const LINT_CODES = {
  'cannot-hold': 'a value that the field can never have: its type or ignore_above forbids it',
  contradiction: 'a clause that can never hold beside those around it',
  'always-holds': 'alternatives of which one holds for every event, or for every event with one value',
  constant: 'a condition that is the same for every event',
  'wrong-case': 'a value that ECS writes in another case, in a test that minds case',
  'not-allowed': 'a value that ECS does not allow in the field',
  'not-kql': 'what reads like another language, and is part of a value or free text in KQL',
  'literal-wildcard': 'a star or question mark where it is a character like others',
  'wildcard-on-ip': 'a pattern on addresses, which know only whole addresses and networks',
  'regex-anchor': '^ or $ in a regular expression, where they are characters like others',
  'needle-wildcard':
    '*, ? or \\ in the text of endsWith or stringContains, where Elasticsearch takes them for wildcards',
  'long-history': 'a history window of a month (30 days) or more, all of which is read before the range',
  'high-cardinality': 'new terms of a field that is new in nearly every event, or in many',
  'no-literal': 'a query without any text that a matching line must hold and can be searched for: every line is parsed',
  'common-literal': 'a query whose only such texts stand in most events: most lines are parsed',
  'type-mismatch': 'a clause that does not fit the type of its field',
  invalid: 'a rule that cannot be used at all',
} as const;

export type LintCode = keyof typeof LINT_CODES;

export interface LintFinding {
  readonly code: LintCode;
  readonly file: string;
  /** From 1; null where the format gives no place. */
  readonly line: number | null;
  readonly column: number | null;
  /** The rule's key that holds it. */
  readonly path: string;
  readonly rule_id: string | null;
  readonly message: string;
}

/** `rule.toml:12:3: wrong-case: query: …`. */
export function describeFinding({ code, file, line, column, path, message }: LintFinding): string {
  const place = line === null ? file : `${file}:${line}${column === null ? '' : `:${column}`}`;
  return `${place}: ${code}: ${path === '' ? '' : `${path}: `}${message}`;
}
