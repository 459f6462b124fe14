// The files of test/cases/rule-files and what is said of them (expected.txt): a new case is a new file and its lines there. Beside them
// hostile texts, and every rule of Elastic's public pack where it lies beside the checkout.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinRules, createFieldTypes, describeProblem, loadRules, type RuleFile } from '@coldhunt/rules';

const CASES = new URL('cases/rule-files/', import.meta.url);
const ELASTIC = new URL('../../../../shared/data/elastic-rules/', import.meta.url);
const FIRST_RULE = 'rules/cross-platform/execution_aws_ssm_sendcommand_with_command_parameters.toml';
const fieldTypes = createFieldTypes();

function readFolder(folder: URL): readonly RuleFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:toml|ndjson|json)$/.test(name))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
}

function load(text: string): ReturnType<typeof loadRules> {
  return loadRules([{ name: 'f', text }], fieldTypes);
}

function exported(rule: Record<string, unknown>): string {
  return JSON.stringify({
    rule_id: 'r',
    name: 'n',
    description: 'd',
    type: 'query',
    severity: 'low',
    risk_score: 1,
    ...rule,
  });
}

describe('loading rule files', () => {
  it('says of every file what expected.txt says', () => {
    const said = loadRules(readFolder(CASES), fieldTypes).flatMap((rule) => [
      `${rule.file} ${rule.rule_id ?? '-'}: ${rule.state}${rule.state === 'unsupported' ? `: ${rule.reason}` : ''}`,
      ...rule.problems.map((problem) => `  ${describeProblem(problem)}`),
      ...rule.warnings.map((warning) => `  warning: ${describeProblem(warning)}`),
    ]);
    expect(said).toEqual(readFileSync(new URL('expected.txt', CASES), 'utf8').trimEnd().split('\n'));
  });

  it('keeps what an export says, with numbers as JSON has them and beyond 2^53 as their text', () => {
    const [rule] = load(
      exported({ risk_score: 1, note: null, filters: [{ query: { term: { n: 1 } } }] }).replace(
        '"n":1',
        '"n":9007199254740993',
      ),
    );
    expect(rule?.rule).toMatchObject({ filters: [{ query: { term: { n: '9007199254740993' } } }], from: 'now-6m' });
    expect(rule?.rule).not.toHaveProperty('note');
  });

  it('reads a byte order mark, CRLF and places after them', () => {
    const text =
      '\ufeff[rule]\r\nrule_id = "r"\r\nname = "n"\r\ndescription = "d"\r\ntype = "query"\r\nseverity = "no"\r\nrisk_score = 1\r\n';
    expect(load(text)[0]?.problems.map((problem) => [problem.line, problem.column, problem.path])).toEqual([
      [6, 1, 'severity'],
    ]);
  });

  it.each([
    ['an empty file', ''],
    ['a key named __proto__', '{"__proto__":{"type":"query"},"rule_id":"x"}'],
    ['a TOML key named __proto__', '[rule]\n"__proto__"={a=1}'],
    ['deep JSON', `{"filters":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['deep JSON of allowed length', exported({ meta: {} }).replace('{}', `${'{"a":'.repeat(190)}1${'}'.repeat(190)}`)],
    ['deep TOML', `[rule]\nfilters=${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    [
      'deep bool filters',
      exported({ filters: [0] }).replace(
        '[0]',
        `[{"query":${'{"bool":{"must":'.repeat(45)}{"match_all":{}}${'}}'.repeat(45)}}]`,
      ),
    ],
    ['a filter kind of the prototype', exported({ filters: [{ query: { constructor: {} } }] })],
    ['a range operator of the prototype', exported({ filters: [{ query: { range: { a: { constructor: '1' } } } }] })],
    ['huge numbers', exported({}).replace('"risk_score":1', '"risk_score":1e999,"version":9007199254740993')],
    ['an infinite score', '[rule]\nrisk_score=inf\nversion=nan'],
    ['dates in place of texts', '[rule]\nfrom=1979-05-27T07:32:00Z\nname=1979-05-27'],
    [
      'a date in a free field',
      '[rule]\nrule_id="r"\nname="n"\ndescription="d"\ntype="query"\nseverity="low"\nrisk_score=1\nmeta={a=1979-05-27}',
    ],
    ['NUL and control characters', '\0\u0001[rule]'],
    ['a million open groups', exported({ query: '('.repeat(1_000_000) })],
  ])('answers %s with results', (_name, text) => {
    for (const { state, problems } of load(text)) expect(problems.length > 0).toBe(state === 'invalid');
  });

  it('answers any text, and any change of a good file, with results', () => {
    const files = readFolder(CASES);
    const mutated = fc
      .tuple(fc.constantFrom(...files), fc.nat(), fc.nat(40), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([{ text }, at, length, insert]) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + insert + text.slice(start + length);
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        for (const { state, problems, reason } of load(text)) {
          expect(reason === null).toBe(state === 'ready');
          expect(problems.length > 0).toBe(state === 'invalid');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('loads ten thousand rules of one export, five megabytes long', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) =>
      exported({ rule_id: `r${index}`, query: 'process.name: "a"', note: 'x'.repeat(400) }),
    );
    const loaded = load(lines.join('\n'));
    expect(loaded.length).toBe(10_000);
    expect(loaded.every(({ state }) => state === 'ready')).toBe(true);
  });

  it('names a few of many rules with one id', () => {
    const loaded = load(Array.from({ length: 5_000 }, (_, version) => exported({ name: `n${version}` })).join('\n'));
    expect(loaded[0]?.reason).toBe(
      'rule_id: the rule id r stands in f (version 1) and f (version 1) and f (version 1) and 4996 more too, here in version 1: keep one',
    );
  });

  it('counts copies of a rule once, and none when another rule has their id', () => {
    const copies = Array.from({ length: 5_000 }, () => exported({}));
    const [only, ...none] = load(copies.join('\n'));
    expect(none).toEqual([]);
    expect(only).toMatchObject({ state: 'ready', duplicates: copies.map(() => 'f') });
    expect(only?.warnings.map(({ message }) => message)).toEqual([
      'the same rule stands in f and f and f and 4996 more too: it counts once',
    ]);
    const others = load([exported({}), exported({}), exported({ query: 'a: b' })].join('\n'));
    expect(others.map(({ state }) => state)).toEqual(['invalid', 'invalid', 'invalid']);
  });
});

describe.runIf(existsSync(ELASTIC))("Elastic's public rules", () => {
  it('load, or are named with the reason that they do not run; none is invalid', () => {
    const loaded = loadRules(readFolder(ELASTIC), fieldTypes);
    const counts = new Map<string, number>();
    for (const { type, state } of loaded) counts.set(`${type} ${state}`, (counts.get(`${type} ${state}`) ?? 0) + 1);
    expect(loaded.flatMap(({ problems }) => problems)).toEqual([]);
    const stars = /^\* in ".*" is a character like others/s;
    expect(loaded.flatMap(({ warnings }) => warnings).filter(({ message }) => !stars.test(message))).toEqual([]);
    // Three of Elastic's rules ask for a star in quotes, which Kibana takes for a character too.
    expect(loaded.filter(({ warnings }) => warnings.length > 0)).toHaveLength(3);
    expect(loaded.length).toBeGreaterThan(1_000);
    expect(counts.get('query ready')).toBeGreaterThan(200);
    expect(counts.get('new_terms ready')).toBeGreaterThan(100);
    expect(counts.get('eql ready')).toBeGreaterThan(500);
    const unsupportedEql = loaded.filter(({ type, state }) => type === 'eql' && state === 'unsupported');
    expect(unsupportedEql.filter(({ reason }) => !/^uses a (?:sequence|sample)/.test(reason ?? ''))).toEqual([]);
    expect(loaded.filter(({ state }) => state === 'unsupported').every(({ reason }) => reason !== null)).toBe(true);
  });

  it('hold the built-in rule, whole but for its prose', () => {
    const text = readFileSync(new URL(FIRST_RULE, ELASTIC), 'utf8');
    const [original] = loadRules([{ name: FIRST_RULE, text }], fieldTypes);
    const ours = builtinRules(fieldTypes).find(({ rule_id }) => rule_id === original?.rule_id);
    const {
      note: originalNote,
      setup: _setup,
      description: _text,
      false_positives: _cases,
      ...expected
    } = original?.rule ?? {};
    expect(ours).toMatchObject(expected);
    expect(ours?.note).not.toBe(originalNote);
    expect(sharedLines(ours?.note ?? '', originalNote ?? '')).toEqual([]);
  });
});

/** Sentences of some length that stand in both. */
function sharedLines(a: string, b: string): readonly string[] {
  const known = new Set(b.split('\n').map((line) => line.trim()));
  return a.split('\n').filter((line) => line.trim().length > 40 && known.has(line.trim()));
}
