import { describe, expect, it } from 'vitest';
import { buildCoverage, buildRuleSummary } from '../../test/build-report.ts';
import type { Coverage } from '../reduce/output.ts';
import type { RuleSummary } from './output.ts';
import { describeVerdict } from './verdict.ts';

const OPEN = { from: null, to: null };

describe('the verdict', () => {
  it.each<[string, Partial<Coverage>, Partial<RuleSummary>, RegExp]>([
    [
      'nothing found and all examined',
      {},
      {},
      /^Nothing found by 1 rule; everything that was asked was examined: 2 objects and 4 lines\.$/,
    ],
    [
      'alerts',
      {},
      { alerts: 2, first_alert: 'A', last_alert: 'B' },
      /^2 alerts on 3 hosts between A and B; everything/,
    ],
    [
      'events that several buckets of a threshold rule count',
      {},
      { type: 'threshold', alerts: 2, first_alert: 'A', last_alert: 'B', multi_valued: 2 },
      /Alerts of rule .+ \(2 times\) count events that stand in several buckets: .* Elastic leaves such an event out/,
    ],
    [
      'what is new, and on how many hosts',
      {},
      { type: 'new_terms', alerts: 1, first_alert: 'A', last_alert: 'A' },
      /^1 first use on 3 hosts at A; everything/,
    ],
    [
      'the days of failed objects',
      {
        complete: false,
        objects: { listed: 2, selected: 2, scanned: 1, skipped: 0, failed: 1 },
        failed: [{ uri: 's3://b/year=2026/month=02/day=14/x', code: 'OBJECT_DENIED', message: '', bytes: 1 }],
      },
      {},
      /incomplete: 1 object of 2026-02-14 could not be read;/,
    ],
    [
      'a failed object',
      { complete: false, objects: { listed: 2, selected: 2, scanned: 1, skipped: 0, failed: 1 } },
      {},
      /; incomplete: 1 object could not be read;/,
    ],
    [
      'events that a rule could not be evaluated on',
      { complete: false, unevaluated: { 'rule-1': { events: 3, first: '1 / 0 divides by zero (EQL_ARITHMETIC)' } } },
      {},
      /3 events on which rule rule-1 could not be evaluated;/,
    ],
    [
      'archived objects',
      {
        complete: false,
        skipped: [
          { uri: 'u', reason: 'archived', bytes: 5 },
          { uri: 'v', reason: 'time', bytes: 5 },
        ],
      },
      {},
      /1 object skipped \(archived\);/,
    ],
    [
      'malformed lines',
      { complete: false, lines: { read: 4, searched: 2, parsed: 1, malformed: 1, blank: 0 } },
      {},
      /1 malformed line;/,
    ],
    [
      'an archive all of whose matches are excepted',
      {
        matches: { total: 5, in_history: 0, in_range: 0, outside: 0, without_time: 0, other_index: 0, excepted: 5 },
      },
      {},
      /All 5 matches were left out by exceptions: --ignore-exceptions hunts without them\./,
    ],
    [
      'a rule that could not fire',
      {
        rules: [
          {
            rule_id: 'r1',
            evaluable: [
              {
                from: '2026-02-01T00:00:00.000Z',
                to: '2026-02-04T00:00:00.000Z',
                state: 'no',
                missing: ['host.os.type'],
                events: 9,
              },
            ],
          },
        ],
      },
      {},
      /Rule Rule could not have fired from 2026-02-01 to 2026-02-03: no event there has host\.os\.type\./,
    ],
    [
      'one more day than are named on which a rule could not fire',
      {
        rules: [
          {
            rule_id: 'r1',
            evaluable: ['01', '03', '05', '07'].map((day) => ({
              from: `2026-02-${day}T00:00:00.000Z`,
              to: `2026-02-${day}T23:59:59.999Z`,
              state: 'no' as const,
              missing: ['host.os.type'],
              events: 9,
            })),
          },
        ],
      },
      {},
      /on 2026-02-01, on 2026-02-03, on 2026-02-05 and in 1 other span: no event/,
    ],
    [
      'events that equal values make copies',
      {},
      { copies: 5, copies_by_value: 3 },
      /3 matches were taken for copies of others by time and main fields alone, as no _id says so: --no-dedupe/,
    ],
    [
      'them where no alert of their own can be asked for',
      {},
      { type: 'threshold', copies: 1, copies_by_value: 1 },
      /1 match was taken for a copy of another by time and main fields alone, as no _id says so\.$/,
    ],
    [
      'no copies of new terms, which change nothing',
      {},
      { type: 'new_terms', copies: 1, copies_by_value: 1 },
      /examined: 2 objects and 4 lines\.$/,
    ],
    ['matches without a term', {}, { unkeyed: 1 }, /1 matching event in range lacks a value for a new-terms field/],
    [
      'alerts that are suppressed',
      {},
      { suppressed: 1 },
      /1 further alert was suppressed as the rules ask: --ignore-suppression raises every alert\./,
    ],
    [
      'alerts that are suppressed by what is not reported',
      {},
      { suppressed: 3, suppressed_by_earlier: 2 },
      /3 further alerts were suppressed as the rules ask, 2 of them by alerts before the range: /,
    ],
    [
      'waived malformed lines',
      { state: 'complete_with_waivers', lines: { read: 4, searched: 2, parsed: 1, malformed: 1, blank: 0 } },
      {},
      /everything that was asked was examined.*1 malformed line within --max-malformed was not examined\./,
    ],
    [
      'matches of another index',
      { matches: { ...buildCoverage().matches, total: 2, other_index: 2 } },
      {},
      / 2 matching events lie in an index that no pattern of the rule names, and count for nothing: --index-patterns ignore takes them\.$/,
    ],
    [
      'an exception list that is missing',
      {},
      {
        warnings: ['the exception list "x" is nowhere to be found: its exceptions were not applied'],
      },
      /The exception list "x" is nowhere to be found: its exceptions were not applied\.$/,
    ],
    [
      'an archive without objects',
      { objects: { listed: 0, selected: 0, scanned: 0, skipped: 0, failed: 0 } },
      {},
      /^Nothing was examined, so nothing was found by 1 rule; there is no object where events were looked for\.$/,
    ],
    [
      'objects of which none was selected',
      {
        objects: { listed: 3, selected: 0, scanned: 0, skipped: 3, failed: 0 },
        skipped: [
          { uri: 'a', reason: 'empty', bytes: 0 },
          { uri: 'b', reason: 'time', bytes: 5 },
          { uri: 'c', reason: 'time', bytes: 5 },
        ],
      },
      {},
      /^Nothing was examined, so nothing was found by 1 rule; none of 3 listed objects was selected \(2 time, 1 empty\)\.$/,
    ],
    [
      'objects that lie in an archive tier, all of them',
      {
        complete: false,
        objects: { listed: 1, selected: 0, scanned: 0, skipped: 1, failed: 0 },
        skipped: [{ uri: 'a', reason: 'archived', bytes: 5 }],
      },
      {},
      /^Nothing was examined, .*; incomplete: 1 object skipped \(archived\);/,
    ],
  ])('tells of %s', (_name, coverageChanges, ruleChanges, expected) => {
    expect(
      describeVerdict({
        coverage: buildCoverage(coverageChanges),
        rules: [buildRuleSummary(ruleChanges)],
        range: OPEN,
        hosts: 3,
      }),
    ).toMatch(expected);
  });

  it.each([
    ['2026-03-01T00:00:00.000Z', null, true],
    [null, '2026-02-01T00:00:00.000Z', true],
    ['2026-02-01T00:30:00.000Z', '2026-02-01T00:40:00.000Z', false],
    [null, null, false],
  ])('tells whether events from %s to %s were seen at all', (first, end, isTold) => {
    const events = { read: 2, without_time: 0, in_history: 0, in_range: 0, outside: 2 };
    const verdict = describeVerdict({
      coverage: buildCoverage({ events }),
      rules: [buildRuleSummary()],
      range: { from: first, to: end },
    });
    expect(verdict.includes('No event of the time that was asked about was seen: the hours')).toBe(isTold);
  });
});
