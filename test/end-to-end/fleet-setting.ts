// An archive that was hunted by threads, a Redis of its own and processes around it: what hunts over a fleet are held against.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { writeArchive, type WrittenArchive } from '../generator/archive-writer.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt, type Finished } from '../run-command.ts';
import { Fleet, until } from './fleet.ts';
import { readAnswer } from './read-answer.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
export const PASSWORD = 'hunter2-of-redis';

export class FleetSetting {
  readonly folder: string;
  readonly archive: WrittenArchive;
  readonly redis: RedisServer;
  readonly env: Record<string, string>;
  readonly fleet: Fleet;
  readonly #expected: Record<string, string>;

  private constructor(folder: string, archive: WrittenArchive, redis: RedisServer, expected: Record<string, string>) {
    this.folder = folder;
    this.archive = archive;
    this.redis = redis;
    this.env = { COLDHUNT_REDIS_URL: redis.url };
    this.fleet = new Fleet(this.env);
    this.#expected = expected;
  }

  static async create(): Promise<FleetSetting> {
    const folder = await mkdtemp(join(tmpdir(), 'coldhunt-fleet-'));
    const shape = { seed: 7, startMs: Date.parse('2026-01-05T00:00:00Z'), days: 28, hosts: 60, events: 7_000 };
    const archive = await writeArchive(join(folder, 'written'), shape);
    const redis = await startRedis({ password: PASSWORD });
    const out = join(folder, 'threads');
    const threads = await coldhunt(['scan', ...questionOf(archive, archive.folder), '--out', out]);
    expect(threads.code, threads.stderr).toBe(3);
    return new FleetSetting(folder, archive, redis, await readAnswer(out));
  }

  async end(): Promise<void> {
    await this.redis.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The arguments that ask the question, of an archive at a URI or the one that was written. */
  question(uri = this.archive.folder): readonly string[] {
    return questionOf(this.archive, uri);
  }

  scan(out: string): Promise<Finished> {
    return coldhunt(['scan', ...this.question(), '--redis', '--out', out], { env: this.env });
  }

  async expectSameAnswer({ code, stderr }: Pick<Finished, 'code' | 'stderr'>, out: string): Promise<void> {
    expect(code, stderr).toBe(3);
    expect(await readAnswer(out)).toEqual(this.#expected);
  }
}

/** Waits until some shards have a record and others do not. */
export function midway(out: string): Promise<void> {
  return until(
    async () => (await recordsIn(out)) > 0,
    () => `no record in ${out}`,
  );
}

function questionOf(archive: WrittenArchive, uri: string): readonly string[] {
  const range = ['--from', '2026-01-12', '--to', '2026-02-02'];
  return ['--archive', uri, '--rule', RULE, ...range, '--exceptions', archive.exceptionsFile];
}

async function recordsIn(out: string): Promise<number> {
  try {
    return (await readdir(join(out, 'scan'))).filter((name) => name.endsWith('.ledger.json')).length;
  } catch {
    return 0;
  }
}
