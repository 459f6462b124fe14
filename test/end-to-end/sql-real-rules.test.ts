// DuckDB as an oracle for real rules: 200 of Elastic's find the same events by their SQL as by themselves, among events of the
// benchmark's kind and one event made for each rule.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument, stringifyDocument, viewDocument } from '@coldhunt/core';
import { synthesizeEvent } from '@coldhunt/engine';
import { compileRule, convertQuery, createFieldTypes, loadRules, type CompiledRule } from '@coldhunt/rules';
import { dailyCommand, lookAlikeCommand } from '../generator/commands.ts';
import { processEvent } from '../generator/events.ts';
import { createHosts } from '../generator/hosts.ts';
import { createRandom } from '../generator/random.ts';

const PACK = new URL('../../../shared/data/elastic-rules/rules/', import.meta.url);
const RULES = 200;
const EVENTS = 200;
const TIME_MS = Date.parse('2026-02-01T00:00:00Z');
const FIELD_TYPES = createFieldTypes();
const ID = "$.event.id') AS INTEGER)";

describe.runIf(existsSync(PACK))("Elastic's public rules as SQL", () => {
  let folder: string;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coldhunt-sql-'));
    connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  });

  afterAll(async () => {
    connection.disconnectSync();
    await rm(folder, { recursive: true, force: true });
  });

  it('find the same events in DuckDB', async () => {
    const rules = sayableRules();
    const lines = [...fleetEvents(), ...rules.flatMap(({ compiled }) => ownEvent(compiled))].map((line, index) =>
      stringifyDocument({ ...parseDocument(line), event: { ...eventOf(line), id: String(index) } }),
    );
    await writeFile(join(folder, 'events.ndjson'), `${lines.join('\n')}\n`);
    await connection.run(
      `CREATE TABLE events AS SELECT json AS event FROM read_ndjson_objects('${join(folder, 'events.ndjson')}')`,
    );
    const views = lines.map((line) => viewDocument(parseDocument(line)));
    let matched = 0;
    for (const { compiled, macros, select } of rules) {
      if (matched === 0) await connection.run(macros);
      const found = (await connection.runAndReadAll(select)).getRows().map(([row]) => Number(row));
      const expected = views.flatMap((view, index) => (compiled.matches(view, TIME_MS) ? [index] : []));
      expect({ rule: compiled.rule.name, select, found }).toEqual({
        rule: compiled.rule.name,
        select,
        found: expected,
      });
      if (found.length > 0) matched += 1;
    }
    expect(rules).toHaveLength(RULES);
    expect(matched).toBeGreaterThan(RULES * 0.9);
  });
});

interface SayableRule {
  readonly compiled: CompiledRule;
  readonly macros: string;
  readonly select: string;
}

/** Every so many of those that SQL can say, so that all folders take part. */
function sayableRules(): readonly SayableRule[] {
  const files = readdirSync(PACK, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.toml') && !name.startsWith('_deprecated'))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(new URL(name, PACK), 'utf8') }));
  const sayable = loadRules(files, FIELD_TYPES).flatMap(({ rule }) => {
    if (rule === null || rule.filters.length > 0) return [];
    const sql = { dialect: 'duckdb', columns: 'json', table: 'events', lists: [] } as const;
    const { text } = convertQuery(rule, { to: 'sql', fieldTypes: FIELD_TYPES, sql });
    if (text === null) return [];
    const at = text.indexOf('SELECT *\n');
    const id = `CAST(json_extract_string(event, '${ID}`;
    const select = `${text.slice(at).replace('SELECT *', `SELECT ${id}`)}\nORDER BY 1`;
    return [{ compiled: compileRule(rule, { fieldTypes: FIELD_TYPES }), macros: text.slice(0, at), select }];
  });
  const step = Math.floor(sayable.length / RULES);
  return sayable.filter((_, index) => index % step === 0).slice(0, RULES);
}

function fleetEvents(): readonly string[] {
  const random = createRandom(350);
  const hosts = createHosts(20, random).filter(({ writer }) => writer === 'endpoint');
  return Array.from({ length: EVENTS }, (_, number) => {
    const host = random.pick(hosts);
    const command = number % 20 === 0 ? lookAlikeCommand(random) : dailyCommand(host.platform, random);
    return stringifyDocument(processEvent(host, TIME_MS + number, command, random));
  });
}

/** None where the rule asks more than can be made up. */
function ownEvent(compiled: CompiledRule): readonly string[] {
  const event = synthesizeEvent(compiled, TIME_MS, []);
  return event === null ? [] : [stringifyDocument({ '@timestamp': new Date(TIME_MS).toISOString(), ...event })];
}

function eventOf(line: string): Record<string, unknown> {
  const { event } = JSON.parse(line) as { event?: Record<string, unknown> };
  return event ?? {};
}
