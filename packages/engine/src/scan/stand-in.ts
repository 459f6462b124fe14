// Stands in until the rules package exports its own.
import type { Term } from '@coldhunt/rules';
export function termKey(terms: readonly Term[]): string {
  return JSON.stringify(terms.map((t) => [typeof t, String(t)]));
}
export function matchesIndexPattern(index: string, patterns: readonly string[]): boolean {
  return patterns.some((p) => p.endsWith('*') && index.startsWith(p.slice(0, -1)));
}
