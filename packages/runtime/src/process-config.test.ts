import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@coldhunt/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProcessConfig, s3ConnectionOf, type ConfigFlags, type ProcessConfig } from './process-config.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldhunt-config-'));
  writeFileSync(
    join(folder, 'coldhunt.yaml'),
    `archives:
  prod:
    uri: s3://logs/prod
    region: eu-central-1
    role_arn: arn:aws:iam::1:role/reader
    external_id: x
    requester_pays: true
    layout: logs/%Y/%m/%d/*
    time: arrival
    lateness: 2h
    index: logs-endpoint
    field_types: {n: long}
    time_field: event.ingested
out: {kms_key_id: key, region: eu-west-1}
redis: {url: "redis://:from-file@queue:6379", prefix: hunts}
s3: {endpoint: "http://localhost:9000", force_path_style: true}
runs_prefix: s3://runs/
log_level: warn
`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function load(flags: ConfigFlags = {}, env: Record<string, string> = {}, cwd = folder): ProcessConfig {
  return loadProcessConfig({ flags, env, cwd });
}

function problemOf(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was thrown');
}

describe('loadProcessConfig', () => {
  it('takes flag before environment before file before default', () => {
    const env = { COLDHUNT_REDIS_URL: 'redis://env:1', COLDHUNT_LOG_LEVEL: 'error' };
    expect(load({ redis: 'redis://flag:1' }, env).redisUrl).toBe('redis://flag:1');
    expect(load({}, env).redisUrl).toBe('redis://env:1');
    expect(load().redisUrl).toBe('redis://:from-file@queue:6379');
    expect(load({}, {}, tmpdir()).redisUrl).toBeNull();
    expect(load({ logLevel: 'debug' }, env).logLevel).toBe('debug');
    expect(load({}, env).logLevel).toBe('error');
    expect(load().logLevel).toBe('warn');
    expect(load({}, {}, tmpdir())).toMatchObject({ logLevel: 'info', redisPrefix: 'coldhunt', runsPrefix: null });
  });

  it('counts an empty variable as absent, and --redis without a value as the configured one', () => {
    expect(load({ redis: true }, { COLDHUNT_REDIS_URL: '' }).redisUrl).toBe('redis://:from-file@queue:6379');
  });

  it('takes the places whose archives may be opened from a flag, a variable or a list, and names of archives for their URIs', () => {
    expect(load({}, {}, tmpdir()).openable).toBeNull();
    expect(load({ archives: 's3://a/, /data/b,@prod' }).openable).toEqual(['s3://a/', '/data/b', 's3://logs/prod']);
    expect(load({}, { COLDHUNT_ARCHIVES: 's3://a' }).openable).toEqual(['s3://a']);
    expect(problemOf(() => load({ archives: '@none' })).code).toBe('CONFIG_INVALID');
    expect(problemOf(() => load({ archives: ',' })).code).toBe('OPTION_INVALID');
  });

  it('gives a named archive what its entry says, and the run folder what `out` says', () => {
    const config = load();
    expect(s3ConnectionOf(config, 'prod')).toEqual({
      endpoint: 'http://localhost:9000',
      forcePathStyle: true,
      region: 'eu-central-1',
      roleArn: 'arn:aws:iam::1:role/reader',
      externalId: 'x',
      requesterPays: true,
    });
    expect(config.outS3).toMatchObject({ region: 'eu-west-1', kmsKeyId: 'key', endpoint: 'http://localhost:9000' });
    expect(problemOf(() => s3ConnectionOf(config, 'test'))).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(problemOf(() => s3ConnectionOf(config, 'test')).message).toContain('known: @prod');
  });

  it('is plain data, which a thread can be given', () => {
    const config = load();
    expect(structuredClone(config)).toEqual(config);
  });

  it('tells all problems at once, with where each value came from', () => {
    const env = { COLDHUNT_S3_ENDPOINT: 'localhost:9000', COLDHUNT_S3_FORCE_PATH_STYLE: 'maybe' };
    const { code, message } = problemOf(() => load({ logLevel: 'loud' }, env));
    expect(code).toBe('CONFIG_INVALID');
    expect(message.split('\n')).toEqual([
      'environment variable COLDHUNT_S3_ENDPOINT "localhost:9000": expected http://host:port or https://host',
      'environment variable COLDHUNT_S3_FORCE_PATH_STYLE "maybe": expected true or false',
      '--log-level "loud": expected trace, debug, info, warn, error, silent',
    ]);
    expect(problemOf(() => load({ logLevel: 'loud' })).code).toBe('OPTION_INVALID');
  });

  it('shows no Redis URL that it refuses, and no endpoint with a password in it', () => {
    const redis = problemOf(() => load({ redis: 'http://:hunter2@queue' }, { COLDHUNT_REDIS_URL: 'hunter2' }));
    expect(redis.message).not.toContain('hunter2');
    expect(redis.message).toContain('--redis: expected redis://');
    const endpoint = problemOf(() => load({ s3Endpoint: 'http://user:hunter2@minio' }));
    expect(endpoint.message).not.toContain('hunter2');
  });

  it.each([
    ['an unknown key', 'archive: {}', /:1:1: archive: unknown key "archive": did you mean archives\?/],
    [
      'a wrong time',
      'archives: {a: {uri: x, time: later}}',
      /:1:24: archives\.a\.time: found "later": expected event, first-record or arrival/,
    ],
    [
      'several things',
      's3: {endpoint: x}\nservice: {workers: 1.5}',
      /:1:6: s3.endpoint: found "x": expected http.*\n.*:2:11: service.workers: found 1.5: expected a whole number/,
    ],
    ['a Redis URL of the wrong kind, unshown', 'redis: {url: {a: hunter2}}', /redis.url: expected text$/],
    ['a name that is none', 'archives: {"a b": {uri: x}}', /expected a name of letters/],
    ['a duplicate key', 's3: {}\ns3: {}', /unique/],
    ['no YAML', 'a: [', /coldhunt\.yaml/],
    ['a list', '- a', /file: found \["a"\]: expected an object/],
  ])('refuses %s in the file, with file and place', (_name, text, expected) => {
    const other = mkdtempSync(join(tmpdir(), 'coldhunt-config-'));
    try {
      writeFileSync(join(other, 'coldhunt.yaml'), text);
      const problem = problemOf(() => load({}, {}, other));
      expect(problem.code).toBe('CONFIG_INVALID');
      expect(problem.message).toMatch(expected);
      expect(problem.message).toContain(join(other, 'coldhunt.yaml'));
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it('says which file of --config is missing', () => {
    expect(problemOf(() => load({ config: '/nowhere/c.yaml' })).message).toContain('/nowhere/c.yaml');
  });
});
