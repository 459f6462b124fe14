// A problem with its place in the file.

import type { RawRule } from './parse-rule-file.ts';
import type { RuleProblem } from './rule-problem.ts';

/** A problem of a key; `path` begins with the key. */
export function problemAt(raw: RawRule, path: string, message: string): RuleProblem {
  const [key = '', index = ''] = path.split('.');
  const { line, column } = raw.placeOf(key, /^\d+$/.test(index) ? Number(index) : 0) ?? { line: null, column: null };
  return { file: raw.file, line, column, path, message };
}
