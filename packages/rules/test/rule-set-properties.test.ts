// Random rules of both languages in one network against each rule by itself: no rule is influenced by the others.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError, viewDocument, type Document, type EventView } from '@coldhunt/core';
import {
  compileEql,
  compileKql,
  compileRuleSet,
  createFieldTypes,
  parseEql,
  parseKql,
  type CompiledQuery,
  type RuleSet,
} from '@coldhunt/rules';
import { EQL_FIELD_TYPES, anyCondition } from './eql-query-arbitrary.ts';
import { viewWithNames } from './named-view.ts';
import { TEST_FIELD_TYPES, anyDocument, anyQuery } from './kql-arbitrary.ts';

const NOW_MS = Date.parse('2020-01-02T12:00:00Z');
const KQL_TYPES = createFieldTypes({ overrides: TEST_FIELD_TYPES });
const EQL_TYPES = createFieldTypes({ overrides: EQL_FIELD_TYPES, onlyOverrides: true });

/** Categories that a query asks for beside what it says: few, so that rules share them. */
const category = fc.constantFrom('a', 'b', 'any');
/** With clauses that fail on some values. */
const condition = fc.oneof(
  anyCondition,
  fc
    .tuple(
      fc.constantFrom('number(kw) == 10', 'not (number(kw) > 1)', '10 / n > 5'),
      fc.constantFrom('and', 'or'),
      anyCondition,
      fc.boolean(),
    )
    .map(([failing, join, other, isFirst]) =>
      isFirst ? `${failing} ${join} (${other})` : `(${other}) ${join} ${failing}`,
    ),
);
const anyRule: fc.Arbitrary<CompiledQuery | null> = fc.oneof(
  anyQuery.map((tree) => ifFitting(() => compileKql(tree, KQL_TYPES))),
  fc.tuple(category, condition).map(([name, text]) => {
    const statement = parseEql(`${name} where ${text}`);
    if (statement.kind !== 'event') return null;
    return ifFitting(() => compileEql(statement, EQL_TYPES, { categoryField: 'kw', unknownFields: 'warn' }));
  }),
);
const rules = fc
  .array(anyRule, { minLength: 1, maxLength: 12 })
  .map((all) => all.filter((rule): rule is CompiledQuery => rule !== null));

function ifFitting(compile: () => CompiledQuery): CompiledQuery | null {
  try {
    return compile();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

type Answers = readonly (boolean | string)[];

/** Rule by rule: whether it matches, or the message of its failure. */
function alone(all: readonly CompiledQuery[], event: EventView): Answers {
  return all.map((rule) => {
    try {
      return rule.matches(event, NOW_MS);
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
  });
}

function together(set: RuleSet, size: number, event: EventView): Answers {
  const answers: (boolean | string)[] = Array.from({ length: size }, () => false);
  const found = set.matches(event, NOW_MS, (rule, failure) => {
    answers[rule] = failure.message;
  });
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  for (const rule of found) answers[rule] = true;
  return answers;
}

it('says of every event what each rule says alone', () => {
  const seen = { matches: 0, failures: 0 };
  fc.assert(
    fc.property(rules, fc.array(anyDocument, { minLength: 1, maxLength: 5 }), (all, documents) => {
      const set = compileRuleSet(all);
      const namings = [{ names: new Map() }, { names: new Map() }];
      // Each again and again, so that what is remembered of a value is used: by itself, and by its name among those of two readers.
      for (const [number, document] of [...documents, ...documents, ...documents].entries()) {
        const event = viewDocument(document);
        const expected = alone(all, event);
        seen.matches += expected.filter((answer) => answer === true).length;
        seen.failures += expected.filter((answer) => typeof answer === 'string').length;
        const naming = namings[number % 7 === 0 ? 1 : 0];
        const named = naming === undefined || number % 5 === 1 ? event : viewWithNames(document, naming);
        expect(together(set, all.length, named)).toEqual(expected);
      }
    }),
    { numRuns: 500 },
  );
  expect(seen.matches).toBeGreaterThan(600);
  expect(seen.failures).toBeGreaterThan(20);
});

it('says the same of each rule whichever others are there', () => {
  fc.assert(
    fc.property(
      rules,
      fc.infiniteStream(fc.boolean()),
      fc.array(anyDocument, { maxLength: 4 }),
      (all, dice, documents) => {
        const picked = all.map((_, number) => number).filter(() => dice.next().value === true);
        const whole = compileRuleSet(all);
        const part = compileRuleSet(picked.flatMap((number) => all[number] ?? []));
        for (const document of documents) {
          const event = viewDocument(document);
          const expected = together(whole, all.length, event);
          expect(together(part, picked.length, event)).toEqual(picked.map((number) => expected[number]));
        }
      },
    ),
    { numRuns: 300 },
  );
});

it('says the same however many events it has learned from', () => {
  fc.assert(
    fc.property(
      fc.array(anyRule, { minLength: 10, maxLength: 30 }),
      fc.array(anyDocument, { minLength: 30, maxLength: 60 }),
      (some, documents) => {
        const all = some.filter((rule) => rule !== null);
        const set = compileRuleSet(all);
        const naming = { names: new Map() };
        const events = documents.map((document, number) =>
          number % 4 === 0 ? viewDocument(document) : viewWithNames(document, naming),
        );
        const expected = events.map((event) => alone(all, event));
        for (let number = 0; number < 4_000; number += 1) {
          const event = events[number % events.length] as EventView;
          if (number < 2_000) set.matches(event, NOW_MS, () => {});
          else expect(together(set, all.length, event)).toEqual(expected[number % events.length]);
        }
      },
    ),
    { numRuns: 3 },
  );
});

it('remembers no more values of a field than its bound, and forgets none wrongly', () => {
  const compiled = compileKql(
    {
      kind: 'is',
      field: { kind: 'text', text: 'kw', isQuoted: false, at: { offset: 0, line: 1, column: 1 } },
      value: { kind: 'wildcard', parts: ['', '7'], at: { offset: 0, line: 1, column: 1 } },
    },
    KQL_TYPES,
  );
  const set = compileRuleSet([compiled]);
  for (let number = 0; number < 30_000; number += 1) {
    const document: Document = { kw: [String(number % 9_000), 'x'] };
    const isFound = set.matches(viewDocument(document), 0, () => {}).length === 1;
    if (isFound !== (number % 10 === 7)) expect([number, isFound]).toEqual([number, number % 10 === 7]);
  }
});

it('tells for how many events each rule was looked at, and which one takes the most time', () => {
  const types = createFieldTypes();
  const cheap = compileKql(parseKql('event.category: "process" and process.name: "implant"'), types);
  const costly = compileKql(parseKql('not process.command_line: (*a*b*c*d*e or *e*d*c*b*a or *x*y*z*)'), types);
  const set = compileRuleSet([cheap, costly]);
  for (let number = 0; number < 6_400; number += 1) {
    const document: Document = { event: { category: 'process' }, process: { command_line: `${number}`.repeat(200) } };
    set.matches(viewDocument(document), 0, () => {});
  }
  const costs = set.takeCosts();
  expect(costs.find(({ rule }) => rule === 1)?.candidates).toBe(6_400);
  expect(costs.find(({ rule }) => rule === 1)?.seconds).toBeGreaterThan(0);
  expect(costs.find(({ rule }) => rule === 0)?.candidates ?? 0).toBeLessThan(6_400);
  expect(set.takeCosts()).toEqual([]);
});
