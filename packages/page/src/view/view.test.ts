import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell } from '../browser/copy.js';
import { shortName } from '../browser/grid.js';
import { parseQuery, toKql, writeTerm } from '../browser/query.js';
import { printTree } from '../print-tree.ts';
import { alertStory } from './alert-story.js';
import { parseAlert } from './alert-fields.js';
import { evidenceCommand, shellWord } from './evidence.js';
import { highlightQuery } from './highlight-query.js';
import { prettyJson } from './pretty-json.js';
import { timeline } from './timeline.js';
import { el, visible } from './tree.js';

const HOSTILE = '</script><img src=x onerror=alert(1)>"\'`\u202e\u0000';

describe('a tree', () => {
  it('prints texts and attributes as texts', () => {
    const text = printTree(el('a', { title: HOSTILE, hidden: false, open: true }, HOSTILE, 1234, null, [el('br', {})]));
    expect(text).not.toMatch(/<img|<\/script|\u202e/);
    expect(text).not.toContain('\u0000');
    expect(text).toContain('1,234');
    expect(text).toContain(' open=""');
    expect(text).not.toContain('hidden');
    expect(visible('a\u202eb')).toBe(String.raw`a\u{202e}b`);
  });
});

describe('the story of an alert', () => {
  const line = JSON.stringify({
    'kibana.alert.reason': HOSTILE,
    'kibana.alert.rule.threat': [{ tactic: { id: 'T', name: HOSTILE, reference: 'javascript:alert(1)' } }],
    'coldhunt.explanation': [{ clause: 'process.args:x', field: 'process.args', holds: true, values: ['x'] }],
    process: {
      name: 'aws',
      pid: 2,
      args: ['x', HOSTILE],
      parent: { name: 'bash', pid: 1 },
      entry_leader: { name: 'bash', pid: 1 },
    },
  });
  const text = printTree(alertStory(parseAlert(line), { termFields: [], window: null }));

  it('holds nothing but text of what was read', () => {
    expect(text).not.toMatch(/<img|javascript:|<\/script/);
  });

  it('tells each process once, and beside an argument the clause that it satisfied', () => {
    const words = text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    expect(words).not.toContain('entry leader');
    expect(words).toMatch(/parent bash pid 1 process aws pid 2 x ✓ process\.args:x/);
  });
});

describe('a word of a shell', () => {
  it('is one word to bash, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', "'", '"', '$', '`', '\\', '\n', ';', ' ', '\u001b', 'é', '!') }),
        (text) => {
          const said = execFileSync('bash', ['-c', `printf %s ${shellWord(text)}x`], { encoding: 'utf8' });
          expect(said).toBe(`${text}x`);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    [
      { uri: 's3://b/k.gz', coordinate: 'raw', offset: 5, length: 3, sha256: 'f', version_id: 'v1' },
      `aws s3api get-object --bucket b --key k.gz --version-id v1 --range bytes=5-7 evidence.json && echo 'f  evidence.json' | sha256sum -c`,
    ],
    [
      { uri: 'file:///a%20b.ndjson', coordinate: 'raw', offset: 0, length: 1, sha256: 'f' },
      `cat '/a b.ndjson' | tail -c +1 | head -c 1 > evidence.json && echo 'f  evidence.json' | sha256sum -c`,
    ],
    [
      { uri: 's3://b/p', coordinate: 'row', row_group: 1, row: 2 },
      'aws s3api get-object --bucket b --key p object.parquet # row group 1, row 2',
    ],
    [null, ''],
  ])('of evidence %j', (evidence, command) => {
    expect(evidenceCommand(evidence)).toBe(command);
  });
});

describe('what the filter box takes', () => {
  it('is what a pressed value writes', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (value, isNegated) => {
        fc.pre(value !== '');
        const [term] = parseQuery(writeTerm('host.name', value, isNegated), ['host.name']);
        expect(term).toEqual({
          kind: 'field',
          field: 'host.name',
          value: value.replaceAll('*', String.raw`\*`),
          isNegated,
        });
      }),
    );
  });

  it.each([
    ['host.name:"a b" -user.name:x* word', 'host.name: "a b" and not user.name: x* and "word"'],
    [String.raw`host.name:"C:\\x"`, String.raw`host.name: "C:\\x"`],
    ['', ''],
  ])('%s is the KQL %s', (query, kql) => {
    expect(toKql(parseQuery(query, ['host.name', 'user.name']))).toBe(kql);
  });
});

it('a cell of CSV is no formula', () => {
  expect(['=1', '-5', '-x', 'a,"b"'].map((text) => csvCell(text))).toEqual(["'=1", '-5', "'-x", '"a,""b"""']);
});

it('JSON is indented and keeps every digit', () => {
  const text = '{"a":[1.0,9007199254740993,"x,{}"],"b":{},"c":[]}';
  expect(prettyJson(text)).toBe(
    '{\n  "a": [\n    1.0,\n    9007199254740993,\n    "x,{}"\n  ],\n  "b": {},\n  "c": []\n}',
  );
});

it('a query is marked and loses nothing', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('process where ', 'a.b == ', '"x"', "'", '1d', ' and ', ':', '/*', '\n', '<'),
      }),
      (query) => {
        const plain = printTree(highlightQuery(query)).replace(/<[^>]*>/g, '');
        expect(plain.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<')).toBe(query);
      },
    ),
  );
});

it('a timeline tells what was not read from what was quiet', () => {
  const hour = 3_600_000;
  const text = printTree(
    timeline({
      from: 0,
      to: 4 * hour,
      width: 400,
      series: [{ name: 's', kind: 'series-0', times: [1, 2, 9e15] }],
      hours: new Map([
        [0, 10],
        [hour, 10],
      ]),
      rangeFrom: hour,
    }),
  );
  expect(text).toContain('2 alerts from 1970-01-01 00:00 to 1970-01-01 04:00');
  expect(text.match(/class="hole"/g)?.length).toBeGreaterThan(0);
  expect(text.match(/class="history"/g)).toHaveLength(1);
});

it('a timeline of all the time there is takes no longer than one of a month', () => {
  const from = Date.parse('0001-01-01T00:00:00Z');
  const to = Date.parse('9999-12-31T00:00:00Z');
  const before = performance.now();
  const text = printTree(timeline({ from, to, width: 800, series: [], hours: new Map([[0, 10]]), rangeFrom: null }));
  expect(performance.now() - before).toBeLessThan(1_000);
  expect(text.match(/class="examined"/g)).toHaveLength(1);
});

it('names of fields and values that objects have by themselves are only names', () => {
  expect(shortName('constructor')).toBe('constructor');
  expect(shortName('host.name')).toBe('host');
  const text = printTree(alertStory({ 'coldhunt.baseline': 'constructor' }, { termFields: [], window: null }));
  expect(text).toContain('<b>constructor</b>: .');
});
