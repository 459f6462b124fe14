// What is wrong with a rule file, said so that it can be mended: where, what was found, what was expected.

export interface RuleProblem {
  readonly file: string;
  /** From 1; null where the format gives no place. */
  readonly line: number | null;
  readonly column: number | null;
  /** Key path, e.g. `rule.severity`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export type RuleState = 'ready' | 'unsupported' | 'invalid';

/** `rule.toml:12:3: rule.severity: …`. */
export function describeProblem({ file, line, column, path, message }: RuleProblem): string {
  const place = line === null ? file : `${file}:${line}${column === null ? '' : `:${column}`}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** The order in which a file is mended: by line and column; what has no place stands first. For a stable sort. */
export function compareProblems(a: RuleProblem, b: RuleProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
