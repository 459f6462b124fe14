// What a test that looks at one field alone says of an event with one value there: the compiled test itself is asked.

import { InputError, viewDocument, type Scalar } from '@coldhunt/core';
import type { LeafClause } from '../clauses/clause.ts';

export interface LoneField {
  /** Where the values stand: multi-fields share theirs. */
  readonly path: string;
  /** Whether a value in another case of its letters may give another answer. */
  readonly mindsCase: boolean;
  /** null: it cannot be told, as Elasticsearch would fail the search. */
  readonly holds: (value: Scalar) => boolean | null;
}

/** null: the test looks at other fields too, or at anything. */
export function loneField({ fields, matches }: LeafClause, mindsCase: boolean): LoneField | null {
  const [path, ...others] = fields ?? [];
  if (path === undefined || others.length > 0) return null;
  return {
    path: path.name,
    mindsCase,
    holds: (value) => {
      try {
        return matches(viewDocument({ [path.name]: value }), 0);
      } catch (error) {
        if (error instanceof InputError) return null;
        throw error;
      }
    },
  };
}
