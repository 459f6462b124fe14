// The rival: DuckDB with one thread, the columns that the rule looks at declared, and the rule's condition in SQL. Lists in ECS may hold one
// value or many; the corpus writes category, type and args as arrays, which is what is declared.

import { DuckDBInstance } from '@duckdb/node-api';

const COLUMNS = `{
  '@timestamp': 'VARCHAR',
  event: 'STRUCT(category VARCHAR[], type VARCHAR[], action VARCHAR)',
  process: 'STRUCT(name VARCHAR, args VARCHAR[])',
  host: 'STRUCT(id VARCHAR, os STRUCT(type VARCHAR))'
}`;

const CONDITION = `process.name = 'aws'
  AND list_contains(event.category, 'process') AND list_contains(event.type, 'start')
  AND (host.os.type IN ('windows', 'macos')
    OR (host.os.type = 'linux' AND event.action IN ('exec', 'exec_event', 'executed', 'process_started')))
  AND list_contains(process.args, 'send-command') AND list_contains(process.args, '--parameters')
  AND (list_contains(process.args, 'AWS-RunShellScript') OR list_contains(process.args, 'AWS-RunPowerShellScript'))
  AND len(list_filter(process.args, lambda arg: starts_with(arg, 'commands='))) > 0`;

/** A rule that no text of a line can rule out. */
export const UNSEARCHABLE = 'event.category: process and not user.name: root';
const UNSEARCHABLE_SQL = `list_contains(event.category, 'process') AND "user".name IS DISTINCT FROM 'root'`;
const UNSEARCHABLE_COLUMNS = `{ '@timestamp': 'VARCHAR', event: 'STRUCT(category VARCHAR[])', "user": 'STRUCT(name VARCHAR)', host: 'STRUCT(id VARCHAR)' }`;

/** Stands in no event of the corpus. */
export const ABSENT_ARGUMENT = 'send-nothing';

const STRUCTURE = JSON.stringify({
  '@timestamp': 'VARCHAR',
  event: { category: ['VARCHAR'], type: ['VARCHAR'], action: 'VARCHAR' },
  process: { name: 'VARCHAR', args: ['VARCHAR'] },
  host: { id: 'VARCHAR', os: { type: 'VARCHAR' } },
});

/** The same, asked only of lines that hold the rarest literal: what someone who knows the data well would write. */
const LITERAL = `contains(json::VARCHAR, 'send-command')`;

export interface Rival {
  /** Reads declared columns and applies the rule. */
  declared(path: string): Promise<number>;
  /** Searches the text of each line first, and parses those that hold the literal. */
  literalFirst(path: string): Promise<number>;
  /** Reads the columns of the rule without literals, and counts its matches: nothing is given of them. */
  unsearchable(path: string): Promise<number>;
  parquet(path: string): Promise<number>;
  /** Gives all columns of what matches, as an alert has them. */
  parquetWhole(path: string): Promise<number>;
  /** Asks for an argument more, which no event has. */
  parquetNone(path: string): Promise<number>;
  version(): Promise<string>;
  close(): void;
}

export async function createRival(): Promise<Rival> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const count = async (sql: string): Promise<number> => (await connection.runAndReadAll(sql)).currentRowCount;
  return {
    declared: (path) =>
      count(
        `SELECT "@timestamp", host.id FROM read_json('${path}', format = 'newline_delimited', columns = ${COLUMNS}) WHERE ${CONDITION}`,
      ),
    literalFirst: (path) =>
      count(
        `WITH held AS MATERIALIZED (SELECT json FROM read_ndjson_objects('${path}') WHERE ${LITERAL}),
           events AS (SELECT unnest(from_json(json, '${STRUCTURE}')) FROM held)
         SELECT "@timestamp", host.id FROM events WHERE ${CONDITION}`,
      ),
    unsearchable: async (path) => {
      const sql = `SELECT count(*)::INTEGER FROM read_json('${path}', format = 'newline_delimited', columns = ${UNSEARCHABLE_COLUMNS}) WHERE ${UNSEARCHABLE_SQL}`;
      return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
    },
    parquet: (path) => count(`SELECT "@timestamp", host.id FROM read_parquet('${path}') WHERE ${CONDITION}`),
    parquetNone: (path) =>
      count(
        `SELECT "@timestamp", host.id FROM read_parquet('${path}') WHERE ${CONDITION} AND list_contains(process.args, '${ABSENT_ARGUMENT}')`,
      ),
    parquetWhole: (path) => count(`SELECT * FROM read_parquet('${path}') WHERE ${CONDITION}`),
    version: async () => String((await connection.runAndReadAll('SELECT version()')).getRows()[0]?.[0]),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

if (import.meta.main) {
  // `columns`: two of what matches; `events`: all of it, as an alert has it; `nothing`: only the start.
  const [what = 'nothing', path = ''] = process.argv.slice(2);
  const rival = await createRival();
  const inParquet = what === 'events' ? rival.parquetWhole : rival.parquet;
  const ask = path.endsWith('.parquet') ? inParquet : rival.declared;
  const matches = what === 'nothing' ? 0 : await ask(path);
  rival.close();
  console.log(JSON.stringify({ matches }));
}
