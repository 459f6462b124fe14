// A script as a leaf: it holds when any combination of the fields' values gives true (semantics-eql.md 1, 7).

import { InputError, NO_REQUIREMENT, type EventView } from '@coldhunt/core';
import type { LeafClause } from '../clauses/clause.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import { fieldValues } from '../fields/field-values.ts';
import type { Script } from './compile-script.ts';
import { docValues } from './doc-values.ts';
import type { EqlConstant } from './eql-tree.ts';

/** More combinations in one event are refused: every use of a field multiplies them. */
const MAX_COMBINATIONS = 100_000;

export interface ScriptLeafOptions {
  readonly text: string;
  /** The field without a value of which the script gives no true; null: none is known. */
  readonly neededField: string | null;
}

/** `matches` throws InputError EQL_ARITHMETIC and EQL_COMBINATIONS, where Elasticsearch would fail the search. */
export function scriptLeaf({ uses, evaluate }: Script, { text, neededField }: ScriptLeafOptions): LeafClause {
  const fields = [...new Map(uses.map((field) => [field.path.name, field.path])).values()];
  const [first] = uses;
  return {
    kind: 'leaf',
    leafKind: 'fits',
    text,
    key: JSON.stringify(['script', text, uses.map(({ path, type }) => [path.name, type])]),
    fieldName: first?.name ?? null,
    mayFail: true,
    matches: (event) => someCombination(uses, event, text, evaluate),
    inspect: (event) => {
      const values = distinctUses(uses).flatMap((field) => fieldValues(field, event));
      return { values, satisfying: values };
    },
    requirement: NO_REQUIREMENT,
    fields,
    neededField,
    asks: null,
    term: null,
  };
}

function someCombination(
  uses: readonly ResolvedField[],
  event: EventView,
  text: string,
  evaluate: Script['evaluate'],
): boolean {
  const lists = uses.map((field) => docValues(field, event));
  const combinations = lists.reduce((product, list) => product * list.length, 1);
  if (combinations > MAX_COMBINATIONS) {
    throw new InputError(
      'EQL_COMBINATIONS',
      `${text}: ${combinations} combinations of values in one event; at most ${MAX_COMBINATIONS} are tried`,
    );
  }
  const picked: EqlConstant[] = lists.map((list) => list[0] ?? null);
  const at = lists.map(() => 0);
  for (;;) {
    if (evaluate(picked) === true) return true;
    let wheel = 0;
    while (wheel < lists.length) {
      const list = lists[wheel] as readonly EqlConstant[];
      const next = ((at[wheel] as number) + 1) % list.length;
      at[wheel] = next;
      picked[wheel] = list[next] as EqlConstant;
      if (next > 0) break;
      wheel += 1;
    }
    if (wheel === lists.length) return false;
  }
}

function distinctUses(uses: readonly ResolvedField[]): readonly ResolvedField[] {
  return [...new Map(uses.map((field) => [field.path.name, field])).values()];
}
