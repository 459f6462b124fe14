import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, type Logger } from './create-logger.ts';
import { redactUrls } from './redact-urls.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldhunt-log-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function linesOf(write: (log: Logger) => void): string {
  const file = join(folder, 'log');
  const fd = openSync(file, 'w');
  write(createLogger('worker', 'debug', fd));
  closeSync(fd);
  return readFileSync(file, 'utf8');
}

describe('createLogger', () => {
  it('writes one line of JSON with the level in words and the time in ISO', () => {
    const line = JSON.parse(linesOf((log) => log.info({ shardId: 'ab' }, 'scanned shard'))) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'info', name: 'worker', shardId: 'ab', msg: 'scanned shard' });
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('writes no password, token or URL with a user in it, wherever it stands', () => {
    const cause = new Error('refused by redis://:hunter2@queue:6379');
    const text = linesOf((log) => {
      log.warn({ err: new Error('cannot reach redis://user:hunter2@queue', { cause }) }, 'lost');
      log.warn({ redis: { url: 'redis://:hunter2@queue', password: 'hunter2' } }, 'lost');
      log.warn({ secretAccessKey: 'hunter2', nested: { sessionToken: 'hunter2', list: ['http://a:hunter2@b'] } }, 'x');
      log.warn('connecting to redis://:hunter2@queue');
      log.warn({ env: { COLDHUNT_PASSWORD: 'hunter2' } }, 'x');
    });
    expect(text).not.toContain('hunter2');
    expect(text).toContain('redis://***@queue');
    expect(text.trim().split('\n')).toHaveLength(5);
  });

  it('keeps the stack of an error', () => {
    const line = JSON.parse(linesOf((log) => log.error({ err: new TypeError('x is null') }, 'failed'))) as {
      err: { type: string; stack: string };
    };
    expect(line.err).toMatchObject({ type: 'TypeError', message: 'x is null' });
    expect(line.err.stack).toContain('create-logger.test.ts');
  });
});

describe('redactUrls', () => {
  it.each([
    ['redis://:secret@host:6379/0', 'redis://***@host:6379/0'],
    ['redis://:p@ss@host', 'redis://***@host'],
    ['see https://u:p@a/b and rediss://x@c', 'see https://***@a/b and rediss://***@c'],
    ['s3://bucket/key@2', 's3://bucket/key@2'],
    ['mail a@b.c', 'mail a@b.c'],
  ])('%s', (text, expected) => {
    expect(redactUrls(text)).toBe(expected);
  });
});
