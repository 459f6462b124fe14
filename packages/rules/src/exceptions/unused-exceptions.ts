// Exceptions that were given and hold for nothing: who gave them believes that they do.

import type { Rule } from '../rule.ts';
import { exceptionItemSchema, type ExceptionSet } from './exception-set.ts';

/** How many ids a sentence names. */
const NAMED = 5;

/** One sentence for items that no rule asks for, one for value lists that no item of theirs does; none when all are used. */
export function unusedExceptions(rules: readonly Rule[], set: ExceptionSet): readonly string[] {
  const lists = new Set(rules.flatMap((rule) => rule.exceptions_list.map(({ list_id: id }) => id)));
  const items = set.items.flatMap((item) => exceptionItemSchema.safeParse(item).data ?? []);
  const isUsed = (item: (typeof items)[number]): boolean => item.for_every_rule || lists.has(item.list_id);
  const unused = items.filter((item) => !isUsed(item));
  const valueLists = new Set(
    items
      .filter(isUsed)
      .flatMap(({ entries }) => entries.flatMap((entry) => (entry.type === 'nested' ? entry.entries : [entry])))
      .flatMap((entry) => (entry.type === 'list' ? [entry.list.id] : [])),
  );
  const unusedValues = Object.keys(set.value_lists).filter((id) => !valueLists.has(id));
  return [
    ...(unused.length === 0
      ? []
      : [
          `exception items of ${named(unused.map(({ list_id: id }) => id))} are not applied: no rule of the hunt names ${unused.length === 1 ? 'its list' : 'their lists'} (--exceptions applies a file to every rule)`,
        ]),
    ...(unusedValues.length === 0
      ? []
      : [`no exception item that is applied names the value list ${named(unusedValues)}`]),
  ];
}

function named(ids: readonly string[]): string {
  const each = [...new Set(ids)];
  const more = each.length - NAMED;
  const shown = each.slice(0, NAMED).map((id) => JSON.stringify(id));
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
