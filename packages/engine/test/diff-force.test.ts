// Two versions of rules in one hunt raise what each raises alone, and what is gained, lost and kept is the difference of the two.

import { parseDocument, viewDocument } from '@coldhunt/core';
import { compileRule, createFieldTypes, type ExceptionSet, type Rule } from '@coldhunt/rules';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffVersions, type VersionAlert } from '../src/compare/diff-versions.ts';
import { writeDiff, readDiff } from '../src/compare/diff-files.ts';
import { joinVersions } from '../src/compare/rule-versions.ts';
import { compileQuestionRules } from '../src/question/compile-rules.ts';
import type { Question } from '../src/question/output.ts';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { buildQuestion, buildRule, buildRun, buildThreshold } from './build-match.ts';
import { cutObjects, huntShards, type HuntedShards } from './hunt-shards.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 31, 23);
const NONE: ExceptionSet = { lists: [], items: [], value_lists: {} };

interface Given {
  readonly minutes: number;
  readonly host: string;
  readonly name: string;
  readonly user: string;
  /** The rule whose alert the event is. */
  readonly alertOf: string | null;
}

const events = fc.array(
  fc.record({
    minutes: fc.integer({ min: 0, max: 90 }),
    host: fc.constantFrom('a', 'b', 'c'),
    name: fc.constantFrom('aws', 'curl', 'ssh'),
    user: fc.constantFrom('root', 'bob'),
    alertOf: fc.constantFrom(null, null, null, 'rule-1'),
  }) as fc.Arbitrary<Given>,
  { minLength: 1, maxLength: 20 },
);

const versions = fc.record({
  type: fc.constantFrom<Rule['type']>('new_terms', 'query', 'threshold'),
  query: fc.constantFrom(
    'process.name: aws',
    'process.name: (aws or curl)',
    'process.name: aws and not user.name: root',
    '*',
  ),
  history_window_start: fc.constantFrom('now-15m', 'now-40m'),
  new_terms_fields: fc.constantFrom(['host.id'], ['host.id'], ['host.id', 'user.name']),
  value: fc.constantFrom(1, 2),
  excepted: fc.constantFrom(null, null, 'bob'),
});

interface Side {
  readonly rules: readonly Rule[];
  readonly exceptions: ExceptionSet;
}

function sideOf({
  value,
  excepted,
  ...over
}: { readonly value: number; readonly excepted: string | null } & Partial<Rule>): Side {
  const lists = [{ list_id: 'l', type: 'detection', namespace_type: 'single' }];
  const entries = [{ field: 'user.name', type: 'match', operator: 'included', value: excepted }];
  return {
    rules: [buildRule({ ...over, threshold: buildThreshold({ value }), exceptions_list: lists })],
    exceptions:
      excepted === null
        ? { ...NONE, lists: [{ list_id: 'l' }] }
        : { ...NONE, lists: [{ list_id: 'l' }], items: [{ item_id: 'i', list_id: 'l', name: 'i', entries }] },
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

function bodyOf(given: readonly Given[]): string {
  return given
    .map(({ minutes, host, name, user, alertOf }) =>
      JSON.stringify({
        '@timestamp': iso(START + minutes * MINUTE),
        process: { name },
        host: { id: host, name: `${host}.example` },
        user: { name: user },
        ...(alertOf === null ? {} : { 'kibana.alert.rule.rule_id': alertOf }),
      }),
    )
    .join('\n')
    .concat('\n');
}

const key = (terms: unknown, offset: unknown): string => `${JSON.stringify(terms)} ${String(offset)}`;
const buildAlert: AlertBuilder = ({ match }) => ({
  told: key(match.terms, (match.evidence as { readonly offset?: number }).offset),
});

async function hunt(
  bodies: Readonly<Record<string, string>>,
  side: Side,
  memoryChars?: number,
): Promise<HuntedShards & { readonly question: Question }> {
  const question = buildQuestion(side.rules, { exceptions: side.exceptions, from: iso(START + 30 * MINUTE) });
  const hunted = await huntShards(bodies, cutObjects(bodies, [[0.5]]), {
    question,
    rules: compileQuestionRules(question),
    listedAt: iso(START + 86_400_000),
    buildAlert,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  return { ...hunted, question };
}

/** Alerts of a threshold rule that the same event completes are one here. */
const toldBy = ({ alerts }: HuntedShards): readonly string[] =>
  [...new Set(alerts.map(({ told }) => String(told)))].toSorted();

describe('a difference of rules', () => {
  it('is what two hunts say, whatever the rules are', async () => {
    await fc.assert(
      fc.asyncProperty(events, versions, versions, fc.constantFrom(undefined, 0), async (given, a, b, memoryChars) => {
        const bodies = { 'a.ndjson': bodyOf(given) };
        // Terms and types that differ are told apart elsewhere.
        const [old, next] = [sideOf(a), sideOf({ ...b, type: a.type, new_terms_fields: a.new_terms_fields })];
        const [before, after] = [await hunt(bodies, old), await hunt(bodies, next)];
        const joined = joinVersions(old, next);
        if (joined.changes.length === 0) {
          expect(toldBy(after)).toEqual(toldBy(before));
          return;
        }
        const both = await hunt(bodies, joined, memoryChars);
        const run = buildRun(both.question);
        const told: VersionAlert[] = [];
        for await (const batch of diffVersions({ ...both, run, ...(memoryChars === undefined ? {} : { memoryChars }) }))
          told.push(...batch);
        const of = (...changes: readonly VersionAlert['change'][]): readonly string[] =>
          told
            .filter(({ change }) => changes.includes(change))
            .map(({ terms, evidence }) => key(terms, (evidence as { readonly offset?: number }).offset))
            .toSorted();
        expect(of('gained', 'kept')).toEqual(toldBy(after));
        expect(of('lost', 'kept')).toEqual(toldBy(before));
        const compiled = { gained: old, lost: next };
        for (const { change, reason, clauses, evidence } of told) {
          expect(reason === null).toBe(change === 'kept');
          if (change === 'kept' || reason?.code !== 'query') continue;
          // What is blamed on clauses is an event that the other query, asked alone, does not match.
          const [rule] = compiled[change].rules as [Rule];
          const { matches } = compileRule(rule, { fieldTypes: createFieldTypes(), ignoreExceptions: true });
          const offset = (evidence as { readonly offset?: number }).offset ?? 0;
          const line = bodies['a.ndjson'].slice(offset).split('\n')[0] ?? '';
          expect(matches(viewDocument(parseDocument(line)), 0)).toBe(false);
          expect(clauses.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('tells that a term is now seen earlier, or no longer', async () => {
    const given = (minutes: number, name: string): Given => ({ minutes, host: 'a', name, user: 'u', alertOf: null });
    const bodies = { 'a.ndjson': bodyOf([given(40, 'curl'), given(50, 'aws')]) };
    const narrow = sideOf({ value: 1, excepted: null, query: 'process.name: aws' });
    const wide = sideOf({ value: 1, excepted: null, query: 'process.name: (aws or curl)' });
    const tell = async (old: Side, next: Side): Promise<readonly string[]> => {
      const joined = joinVersions(old, next);
      const hunted = await hunt(bodies, joined);
      const run = buildRun(hunted.question);
      const names = { old: 'v1', new: 'v2' };
      const written = await writeDiff({ ...hunted, run, versions: joined, names, complete: true });
      expect(await readDiff(hunted.store)).toEqual(written);
      expect(written).toMatchObject({
        total: { gained: 1, lost: 1, kept: 0 },
        by_host: { 'a.example': { gained: 1 } },
      });
      return Buffer.from(hunted.store.files.get('diff.ndjson') ?? [])
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { change: string; reason: { words: string } })
        .map(({ change, reason }) => `${change}: ${reason.words}`);
    };
    expect(await tell(narrow, wide)).toEqual([
      'gained: the old rule does not match it: process.name:aws (no value is equal)',
      `lost: the term is now seen earlier, at ${iso(START + 40 * MINUTE)} (memory:///archive/a.ndjson), by an event that only the new rule remembers`,
    ]);
    expect(await tell(wide, narrow)).toEqual([
      'lost: the new rule does not match it: process.name:aws (no value is equal)',
      `gained: the term was seen earlier by the old rule, at ${iso(START + 40 * MINUTE)} (memory:///archive/a.ndjson), by an event that the new rule does not remember`,
    ]);
  });

  it('holds terms of other fields together by their event', async () => {
    const event: Given = { minutes: 40, host: 'a', name: 'aws', user: 'u', alertOf: null };
    const one = sideOf({ value: 1, excepted: null });
    const two = sideOf({ value: 1, excepted: null, new_terms_fields: ['host.id', 'user.name'] });
    const joined = joinVersions(one, two);
    expect(joined.changes).toMatchObject([{ kind: 'changed', fields: ['new_terms_fields'] }]);
    const hunted = await hunt({ 'a.ndjson': bodyOf([event]) }, joined);
    const run = buildRun(hunted.question);
    for await (const batch of diffVersions({ ...hunted, run }))
      expect(batch).toMatchObject([{ change: 'kept', terms: ['a', 'u'] }]);
  });

  it('runs nothing in which nothing differs that decides', () => {
    const rule = buildRule();
    const same = joinVersions(
      { rules: [rule], exceptions: NONE },
      { rules: [{ ...rule, version: 2 }], exceptions: NONE },
    );
    expect(same).toMatchObject({ rules: [], changes: [], unchanged: ['rule-1'] });
    const excepted = sideOf({ value: 1, excepted: 'bob' });
    const edited = {
      ...excepted,
      exceptions: {
        ...excepted.exceptions,
        items: excepted.exceptions.items.map((item) => ({ ...(item as object), updated_at: '2026-02-01' })),
      },
    };
    expect(joinVersions(excepted, edited).unchanged).toEqual(['rule-1']);
    expect(joinVersions(sideOf({ value: 1, excepted: null }), edited).changes).toMatchObject([
      { fields: ['exceptions_list'] },
    ]);
    const other = buildRule({ rule_id: 'rule-2' });
    const moved = joinVersions({ rules: [rule], exceptions: NONE }, { rules: [other], exceptions: NONE });
    expect(moved.changes.map(({ rule_id, kind }) => `${rule_id} ${kind}`)).toEqual(['rule-1 removed', 'rule-2 added']);
    expect(() => joinVersions({ rules: [rule, rule], exceptions: NONE }, { rules: [], exceptions: NONE })).toThrow(
      /--old: two rules have the id rule-1/,
    );
  });
});
