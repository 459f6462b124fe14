import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { buildQuestion, buildRule } from '../../test/build-match.ts';
import { createMemorySource, type Content } from '../../test/memory-source.ts';
import { ruleSetCoverage, type RuleSetCoverage } from './rule-set-coverage.ts';

const event = (day: string, category: string, rest: object): string =>
  `${JSON.stringify({ '@timestamp': `${day}T10:00:00Z`, event: { category: [category] }, ...rest })}\n`;
const rule = (rule_id: string, query: string, over: object = {}): ReturnType<typeof buildRule> =>
  buildRule({ rule_id, type: 'query', query, ...over });
const DAY = '2026-02-01';

async function cover(
  rules: readonly ReturnType<typeof buildRule>[],
  objects: Readonly<Record<string, Content>>,
  { perGroup = 50, over = {} }: { readonly perGroup?: number; readonly over?: object } = {},
): Promise<RuleSetCoverage> {
  const question = buildQuestion(rules, over);
  return ruleSetCoverage({ question, sources: [createMemorySource(objects)] }, { perGroup });
}

const verdicts = ({ rules }: RuleSetCoverage): readonly unknown[] =>
  rules.map(({ can_fire, days }) => [can_fire, ...days.map(({ lack, events }) => lack ?? events)]);

describe('ruleSetCoverage', () => {
  it('says by day what a rule lacks: events of its kind, an index, fields', async () => {
    const dataset = { data_stream: { type: 'logs', dataset: 'endpoint', namespace: 'default' } };
    const objects = {
      'a.ndjson':
        event(DAY, 'process', { ...dataset, process: { name: 'x' } }).repeat(3) +
        event(DAY, 'file', { file: { name: 'f' } }),
      'b.ndjson': event('2026-02-02', 'process', { host: { os: { type: 'linux' } }, process: { name: 'y' } }),
    };
    const found = await cover(
      [
        rule('fires', 'event.category: process and process.name: x'),
        rule('fields', 'event.category: process and process.args: x and user.name: (a or b)'),
        rule('index', 'event.category: process and process.name: x', { index: ['winlogbeat-*'] }),
        rule('kind', 'event.category: registry and registry.path: x'),
        rule('os', 'host.os.type: linux and process.name: x'),
      ],
      objects,
    );
    expect(found.sample).toEqual({ objects: 2, events: 5, events_without_time: 0, events_outside: 0, is_whole: true });
    expect(found.days).toEqual([
      { day: DAY, events: 4 },
      { day: '2026-02-02', events: 1 },
    ]);
    expect(verdicts(found)).toEqual([
      ['yes', 3, 1],
      ['no', 'fields', 'fields'],
      // On the second day nothing says the index.
      ['yes', 'index', 1],
      ['no', 'events', 'events'],
      // On the first day no event says its system at all.
      ['yes', 'fields', 1],
    ]);
    expect(found.rules[1]?.days[0]?.missing).toEqual([['process.args'], ['user.name']]);
    expect(found.rules[2]?.days.map(({ index_known }) => index_known)).toEqual([true, false]);
    expect(found.rules[4]?.kind).toBe('host.os.type linux');
  });

  it('claims no absence where it did not look at everything', async () => {
    const lines = event(DAY, 'process', {});
    const rules = [rule('r', 'event.category: file')];
    const both = { 'a.ndjson': lines, 'b.ndjson': lines };
    expect(verdicts(await cover(rules, both))).toEqual([['no', 'events']]);
    expect(verdicts(await cover(rules, both, { perGroup: 1 }))).toEqual([['unknown', 'events']]);
    const denied = await cover(rules, { ...both, 'c.ndjson': new InputError('OBJECT_DENIED', 'no') });
    expect(verdicts(denied)).toEqual([['unknown', 'events']]);
    expect(denied.failed).toEqual([{ uri: 'memory:///archive/c.ndjson', code: 'OBJECT_DENIED', message: 'no' }]);
    const cut = await cover(rules, { ...both, 'c.gz': gzipSync(lines.repeat(50)).subarray(0, 40) });
    expect(verdicts(cut)).toEqual([['unknown', 'events']]);
    expect(verdicts(await cover(rules, {}))).toEqual([['no']]);
  });

  it('takes objects of each day where keys tell it, and only events of the range', async () => {
    const day = (number: number): string => `2026-02-0${number}`;
    const objects = Object.fromEntries(
      [1, 2, 3, 4].flatMap((number) =>
        ['a', 'b', 'c'].map((name) => [`${day(number)}/${name}.ndjson`, event(day(number), 'process', {})]),
      ),
    );
    const base = buildQuestion([rule('r', 'event.category: process')]);
    const archives = base.archives.map((archive) => ({
      ...archive,
      layout: '%Y-%m-%d/*',
      layout_time: 'event' as const,
    }));
    const over = { archives, from: '2026-02-02T00:00:00.000Z', to: '2026-02-04T00:00:00.000Z' };
    const found = await cover([rule('r', 'event.category: process')], objects, { perGroup: 2, over });
    expect(found.days).toEqual([
      { day: day(2), events: 2 },
      { day: day(3), events: 2 },
    ]);
  });

  it.each([0, 1_001, 1.5])('refuses a sample of %d', async (perGroup) => {
    await expect(cover([rule('r', 'a: b')], {}, { perGroup })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
