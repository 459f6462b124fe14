import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceConfig, type TracedConfig } from './trace-config.ts';

const FILE = `archives:
  prod:
    uri: s3://logs/events
    region: eu-central-1
s3:
  region: eu-west-1
redis:
  url: redis://me:secret-word@host:6379
service:
  workers: 3
sinks:
  chat:
    type: webhook
    url: https://chat/secret-word
`;

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'coldhunt-trace-'));
  await writeFile(join(cwd, 'coldhunt.yaml'), FILE);
});

afterAll(() => rm(cwd, { recursive: true, force: true }));

function setting({ settings }: TracedConfig, name: string): readonly [unknown, string] | null {
  const found = settings.find((each) => each.name === name);
  return found === undefined ? null : [found.value, found.from.replace(cwd, '.')];
}

describe('where a setting came from', () => {
  it('is a flag, a variable, a line of the file or the default', () => {
    const traced = traceConfig({
      flags: { queuePrefix: 'mine' },
      env: { COLDHUNT_LOG_LEVEL: 'debug', COLDHUNT_S3_ENDPOINT: '' },
      cwd,
    });
    expect(traced.file).toBe(join(cwd, 'coldhunt.yaml'));
    expect(setting(traced, 'redis.prefix')).toEqual(['mine', '--queue-prefix']);
    expect(setting(traced, 'log_level')).toEqual(['debug', 'environment variable COLDHUNT_LOG_LEVEL']);
    expect(setting(traced, 's3.region')).toEqual(['eu-west-1', './coldhunt.yaml:6']);
    expect(setting(traced, 'service.workers')).toEqual([3, './coldhunt.yaml:10']);
    expect(setting(traced, 'archives.prod.region')).toEqual(['eu-central-1', './coldhunt.yaml:4']);
    expect(setting(traced, 's3.endpoint')).toEqual([null, 'default']);
    expect(setting(traced, 'shard_time_limit')).toEqual([600_000, 'default']);
  });

  it('shows no secret', () => {
    const traced = traceConfig({ flags: {}, env: {}, cwd });
    expect(setting(traced, 'redis.url')).toEqual(['(set, not shown)', './coldhunt.yaml:8']);
    expect(setting(traced, 'sinks.chat')).toEqual(['webhook (set, not shown)', './coldhunt.yaml:12']);
    expect(JSON.stringify(traced)).not.toContain('secret-word');
  });

  it('is the default where there is no file, and a file that is named must be there', () => {
    expect(traceConfig({ flags: {}, env: {}, cwd: tmpdir() }).file).toBeNull();
    expect(() => traceConfig({ flags: { config: join(cwd, 'no.yaml') }, env: {}, cwd })).toThrow('no such file');
  });
});
