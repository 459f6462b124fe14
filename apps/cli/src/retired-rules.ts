// Rules of a folder that nobody runs any more, or not yet: a hunt leaves them out unless they are asked for.

import type { LoadedRule } from '@coldhunt/rules';

/** Of a path, or of a revision's: `rules/_deprecated`, `HEAD~1:rules/_deprecated`. */
export function isRetiredFolder(path: string): boolean {
  return path.split(/[\\/:]/).includes('_deprecated');
}

/** Why a hunt over a folder leaves it out; null: it does not. */
export function whyRetired({ file, metadata }: LoadedRule, asked: ReadonlySet<string>): string | null {
  if (asked.has(file)) return null;
  if (metadata.isDeprecated) return 'deprecated (runs when named itself, or with --include-deprecated)';
  if (metadata.maturity === 'development')
    return 'in development (runs when named itself, or with --include-deprecated)';
  return null;
}

/** The rule as one that does not run, whatever else is wrong with it; another is given back as it is. */
export function withoutRetired(loaded: LoadedRule, asked: ReadonlySet<string>): LoadedRule {
  const reason = whyRetired(loaded, asked);
  if (reason === null) return loaded;
  return { ...loaded, state: 'unsupported', rule: null, reason, problems: [], warnings: [] };
}
