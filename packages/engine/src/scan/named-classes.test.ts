import { createFieldTable, NO_NAME, parseFieldPath, viewDocument, type EventView } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { NamedClasses } from './named-classes.ts';

const TABLE = createFieldTable(['a', 'b'].map((name) => parseFieldPath(name)));

/** An event whose values have these names. */
function eventOf(scope: object, names: readonly number[], asked: number[] = []): EventView {
  return {
    ...viewDocument({}),
    names: {
      scope,
      gatherNames: (_table, visit) => {
        for (const [at, name] of names.entries()) visit(0, name, at);
        return true;
      },
      namesOf: () => false,
      valueAt: (at) => asked.push(at),
    },
  };
}

describe('NamedClasses', () => {
  const scope = {};

  it('finds again what was kept for the same names in the same order', () => {
    const classes = new NamedClasses<string>(TABLE);
    expect(classes.find(eventOf(scope, [1, 2]))).toBe(null);
    classes.keep('one and two');
    expect(classes.find(eventOf(scope, [1]))).toBe(null);
    classes.keep('one');
    expect(classes.find(eventOf(scope, [2, 1]))).toBe(null);
    expect(classes.find(eventOf(scope, [1, 2]))).toBe('one and two');
    expect(classes.find(eventOf(scope, [1]))).toBe('one');
    expect(classes.find(eventOf(scope, []))).toBe(null);
  });

  it('keeps nothing for events whose values have no names, and asks for those', () => {
    const classes = new NamedClasses<string>(TABLE);
    const asked: number[] = [];
    expect(classes.find(eventOf(scope, [1, NO_NAME, 2], asked))).toBe(null);
    classes.keep('unnamed');
    expect(classes.find(eventOf(scope, [1, NO_NAME, 2], asked))).toBe(null);
    expect(asked).toEqual([1, 1]);
    expect(classes.find(viewDocument({ a: 1 }))).toBe(null);
    classes.keep('parsed');
    expect(classes.find(eventOf(scope, []))).toBe(null);
  });

  it('knows nothing of names of another scope, and forgets when there are too many', () => {
    const classes = new NamedClasses<number>(TABLE);
    classes.find(eventOf(scope, [1]));
    classes.keep(1);
    expect(classes.find(eventOf({}, [1]))).toBe(null);
    const other = {};
    for (let name = 0; name < 30_000; name += 1) {
      classes.find(eventOf(other, [name]));
      classes.keep(name);
      expect(classes.find(eventOf(other, [name])) ?? name).toBe(name);
    }
    expect(classes.find(eventOf(other, [1]))).toBe(null);
  });
});
