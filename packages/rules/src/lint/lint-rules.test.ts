import { describe, expect, it } from 'vitest';
import type { Requirement } from '@coldhunt/core';
import { createFieldTypes } from '../fields/field-types.ts';
import { describeFinding } from './lint-finding.ts';
import { lintRules, type Searched } from './lint-rules.ts';

/** As if every line held "process". */
function searchedFor(requirement: Requirement): Searched {
  const literals = literalsOf(requirement);
  if (literals.length === 0) return 'not';
  return literals.every((literal) => literal === 'process') ? 'common' : 'rare';
}

function literalsOf(requirement: Requirement): readonly string[] {
  if (requirement.kind === 'leaf') return requirement.literals.map(({ text }) => text);
  return requirement.of.flatMap((part) => literalsOf(part));
}

const OPTIONS = { fieldTypes: createFieldTypes(), searchedFor };

function lint(text: string): readonly string[] {
  return lintRules([{ name: 'r.toml', text }], OPTIONS).findings.map((finding) => describeFinding(finding));
}

function codes(text: string): readonly string[] {
  return lintRules([{ name: 'r.toml', text }], OPTIONS).findings.map(({ code, message }) => `${code} ${message}`);
}

const toml = (keys: string): string =>
  `[rule]\nrule_id = "r"\nname = "N"\ndescription = "D"\nseverity = "low"\nrisk_score = 1\n${keys}\n`;

describe('lintRules', () => {
  it('says what is costly in the terms of a rule, at their keys', () => {
    const text = toml(`type = "new_terms"
query = 'process.name: mimikatz'
[rule.new_terms]
field = "new_terms_fields"
value = ["host.id", "process.entity_id", "event.ingested"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-1M"`);
    expect(lint(text)).toEqual([
      'r.toml:9:1: high-cardinality: new_terms_fields: process.entity_id is made for one event, process or connection: nearly every event is new, and each term is kept',
      'r.toml:9:1: high-cardinality: new_terms_fields: event.ingested is a time: nearly every event is new, and each term is kept',
      'r.toml:12:1: long-history: history_window_start: now-1M are 31 days, all of which are read before the range: is so much needed?',
    ]);
  });

  it.each([
    ['now-29d', false],
    ['now-4w', false],
    ['now-30d', true],
    ['now-720h', true],
    ['now-719h', false],
    ['now-1M', true],
    ['now-5w', true],
    ['now-1y', true],
    ['now-14d/d', false],
    ['2020-01-01T00:00:00Z', false],
  ])('a history window that starts at %s is a month or more: %s', (start, isLong) => {
    const text = toml(`type = "new_terms"
query = 'process.name: mimikatz and event.kind: event'
history_window_start = "${start}"
new_terms_fields = ["host.id"]`);
    expect(codes(text).filter((each) => each.startsWith('long-history'))).toHaveLength(isLong ? 1 : 0);
  });

  it.each([
    ['process.command_line', true],
    ['process.command_line.text', true],
    ['process.parent.args', true],
    ['process.hash.sha256', true],
    ['url.full', true],
    ['source.port', true],
    ['process.pid', true],
    ['process.parent.entity_id', true],
    ['event.ingested', true],
    ['powershell.file.script_block_text', true],
    ['host.id', false],
    ['process.executable', false],
    ['user.name', false],
    ['source.ip', false],
    ['source.as.number', false],
    ['url.domain', false],
  ])('terms of %s are many by nature: %s', (field, isManifold) => {
    const text = toml(`type = "new_terms"
query = 'process.name: mimikatz and event.kind: event'
history_window_start = "now-7d"
new_terms_fields = ["${field}"]`);
    expect(codes(text).map((each) => each.split(' ')[0])).toEqual(isManifold ? ['high-cardinality'] : []);
  });

  it('finds the place in texts of several lines and in exports', () => {
    expect(
      lint(toml(`type = "eql"\nlanguage = "eql"\nquery = '''\nprocess where\n  host.os.type == "Linux"\n'''`)),
    ).toEqual([
      'r.toml:11:19: wrong-case: query: host.os.type is compared in its case, and ECS writes "linux", not "Linux"',
    ]);
    const rule = {
      rule_id: 'r',
      name: 'N',
      description: 'D',
      type: 'query',
      severity: 'low',
      risk_score: 1,
      query: 'event.kind:Alert',
    };
    const text = `${JSON.stringify(rule)}\n`;
    expect(lint(text)).toEqual([
      `r.toml:1:${text.indexOf('Alert') + 1}: wrong-case: query: event.kind is compared in its case, and ECS writes "alert", not "Alert"`,
    ]);
  });

  it('names a query that no search in bytes can help, or hardly, in both languages', () => {
    const expected = [
      'r.toml:8:1: no-literal: query: no text that lines can be searched for must stand in every matching event: every line of the archive has to be parsed for it',
    ];
    expect(lint(toml('type = "query"\nquery = "not process.name: a"'))).toEqual(expected);
    expect(lint(toml('language = "eql"\ntype = "eql"\nquery = "any where process.pid > 3"'))).toEqual(
      expected.map((each) => each.replace(':8:', ':9:')),
    );
    expect(lint(toml('type = "eql"\nlanguage = "eql"\nquery = "process where process.pid > 3"'))).toEqual([
      'r.toml:9:1: common-literal: query: what must stand in every matching event stands in most others too: most lines of the archive have to be parsed for it',
    ]);
    expect(
      lint(toml('type = "eql"\nlanguage = "eql"\nquery = "process where process.name : \\"mimikatz*\\""')),
    ).toEqual([]);
  });

  it('tells every clause that does not fit, and what makes a rule invalid', () => {
    expect(
      lint(toml('type = "query"\nquery = "process.pid: a or source.ip: 10.* or process.pid: b"\nintervall = "5m"')),
    ).toEqual([
      'r.toml:8:23: type-mismatch: query: field process.pid: "a" is no number, but the field is of type long',
      'r.toml:8:39: wildcard-on-ip: query: field source.ip: a field of type ip knows no patterns: * can only stand alone there; a network is written source.ip: "10.0.0.0/8"',
      'r.toml:8:60: type-mismatch: query: field process.pid: "b" is no number, but the field is of type long',
      'r.toml:9:1: invalid: intervall: unknown field: did you mean interval?',
    ]);
    expect(lint(toml('type = "eql"\nlanguage = "eql"\nquery = "process where ("'))).toMatchObject([
      expect.stringContaining('r.toml:9:25: invalid: query:'),
    ]);
  });

  it('looks at the terms of a sequence, and counts what it cannot look at', () => {
    expect(
      lint(
        toml(
          'type = "eql"\nlanguage = "eql"\nquery = "sequence [process where process.pid == \\"x\\"] [file where true]"',
        ),
      ),
    ).toEqual([expect.stringContaining('type-mismatch')]);
    expect(
      lintRules([{ name: 'm.toml', text: toml('type = "esql"\nlanguage = "esql"\nquery = "from x"') }], OPTIONS),
    ).toEqual({ rules: 1, findings: [] });
  });
});
