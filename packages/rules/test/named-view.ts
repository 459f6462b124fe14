// Views of documents whose values have names, as those of a scanned archive have.

import { NO_NAME, scalarText, viewDocument, type Document, type EventView, type Scalar } from '@coldhunt/core';

/** What has been named so far: every third value never is. */
export interface Naming {
  readonly names: Map<string, number>;
}

export function viewWithNames(document: Document, naming: Naming): EventView {
  const view = viewDocument(document);
  const values: Scalar[] = [];
  const nameOf = (field: string, value: Scalar): number => {
    const key = JSON.stringify([field, typeof value, value?.constructor.name, scalarText(value)]);
    const known = naming.names.get(key) ?? naming.names.size;
    naming.names.set(key, known);
    return known % 3 === 2 ? NO_NAME : known;
  };
  return {
    values: (path) => view.values(path),
    gather: (table, visit) => view.gather(table, visit),
    eachPresent: (table, visit) => view.eachPresent(table, visit),
    objects: (path) => view.objects(path),
    paths: () => view.paths(),
    names: {
      scope: naming,
      gatherNames: (table, visit) => {
        view.gather(table, (number, value) => {
          visit(number, nameOf(table.paths[number]?.name ?? '', value), values.push(value) - 1);
        });
        return true;
      },
      namesOf: (path, number, visit) => {
        for (const value of view.values(path)) visit(number, nameOf(path.name, value), values.push(value) - 1);
        return true;
      },
      valueAt: (at) => values[at] as Scalar,
    },
  };
}
