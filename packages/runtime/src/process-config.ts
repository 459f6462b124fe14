// Flags, environment and coldhunt.yaml -> what one process needs to reach storage and Redis. Flag > environment > file > default.

import { z } from 'zod';
import { InputError, nearestWord } from '@coldhunt/core';
import { parseConfigFile, type ArchiveConfig } from './config-file.ts';
import { duration } from './duration.ts';
import { LOG_LEVELS, type LogLevel } from './create-logger.ts';
import { from, loadConfig } from './load-config.ts';
import { readConfigFile } from './read-config-file.ts';

/** S3 as `archive` takes it: plain values, nothing read from the environment any more but the credential chain. */
export interface S3Connection {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly forcePathStyle?: boolean | undefined;
  readonly requesterPays?: boolean | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly kmsKeyId?: string | undefined;
}

/** Plain JSON: a scan thread gets it as it is. */
export interface ProcessConfig {
  readonly archives: Readonly<Record<string, ArchiveConfig>>;
  /** Entries of sinks by name, as they stand in the file: `sinks` checks them when one is opened. */
  readonly sinks: Readonly<Record<string, object>>;
  /** Workspaces of watches whose schedules are kept in Redis. */
  readonly watches: readonly string[];
  readonly defaultS3: S3Connection;
  readonly outS3: S3Connection;
  readonly redisUrl: string | null;
  readonly redisPrefix: string;
  readonly runsPrefix: string | null;
  /** Places whose archives a worker or planner may open; null: any that its credentials reach. */
  readonly openable: readonly string[] | null;
  readonly logLevel: LogLevel;
  /** How long a shard may take, whatever its size; what it may take for its bytes comes on top. */
  readonly shardTimeLimitMs: number;
  /** Whether raw bytes are searched by WebAssembly. No answer depends on it. */
  readonly wasm: boolean;
  readonly cwd: string;
}

export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly s3Endpoint?: string | undefined;
  readonly s3ForcePathStyle?: boolean | undefined;
  readonly region?: string | undefined;
  /** `true`: given without a value, which names the configured one. */
  readonly redis?: string | boolean | undefined;
  readonly queuePrefix?: string | undefined;
  readonly runsPrefix?: string | undefined;
  /** `s3://logs/prod,/data/events,@name`. */
  readonly archives?: string | undefined;
  readonly logLevel?: string | undefined;
  /** `10m`. */
  readonly shardTimeLimit?: string | undefined;
  readonly wasm?: boolean | undefined;
}

const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true', '1', 'yes'], falsy: ['false', '0', 'no'] })], {
  error: 'expected true or false',
});
const endpoint = z
  .url({ protocol: /^https?$/, error: 'expected http://host:port or https://host' })
  .refine((text) => !text.includes('@'), 'expected no user name and password: they come from the credential chain');
const redisUrl = z.url({
  protocol: /^rediss?$|^unix$/,
  error:
    'expected redis://host:port, rediss://host:port or unix:///path (a password is better given in COLDHUNT_REDIS_URL)',
});
const someText = z.string().min(1, 'expected some text');
const level = z.enum(LOG_LEVELS, { error: `expected ${LOG_LEVELS.join(', ')}` });

/** What every process takes. */
export const settingsSchema = z.object({
  endpoint: endpoint.optional().meta(from({ flag: 's3Endpoint', env: 'COLDHUNT_S3_ENDPOINT', file: 's3.endpoint' })),
  forcePathStyle: flag
    .optional()
    .meta(from({ flag: 's3ForcePathStyle', env: 'COLDHUNT_S3_FORCE_PATH_STYLE', file: 's3.force_path_style' })),
  region: someText.optional().meta(from({ flag: 'region', env: 'COLDHUNT_S3_REGION', file: 's3.region' })),
  redisUrl: redisUrl
    .nullable()
    .default(null)
    .meta(from({ flag: 'redis', env: 'COLDHUNT_REDIS_URL', file: 'redis.url', isSecret: true })),
  redisPrefix: someText
    .default('coldhunt')
    .meta(from({ flag: 'queuePrefix', env: 'COLDHUNT_QUEUE_PREFIX', file: 'redis.prefix' })),
  runsPrefix: someText
    .nullable()
    .default(null)
    .meta(from({ flag: 'runsPrefix', env: 'COLDHUNT_RUNS_PREFIX', file: 'runs_prefix' })),
  openable: z
    .union([z.array(someText), someText.transform((text) => text.split(',').map((place) => place.trim()))])
    .pipe(z.array(someText).min(1))
    .nullable()
    .default(null)
    .meta(from({ flag: 'archives', env: 'COLDHUNT_ARCHIVES', file: 'archives_allowed' })),
  shardTimeLimitMs: duration
    .default(600_000)
    .meta(from({ flag: 'shardTimeLimit', env: 'COLDHUNT_SHARD_TIME_LIMIT', file: 'shard_time_limit' })),
  wasm: flag.default(true).meta(from({ flag: 'wasm' })),
  logLevel: level.default('info').meta(from({ flag: 'logLevel', env: 'COLDHUNT_LOG_LEVEL', file: 'log_level' })),
});

/** Throws InputError CONFIG_INVALID or OPTION_INVALID with every problem; values that may be secret are never shown. */
export function loadProcessConfig(sources: {
  readonly flags: ConfigFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): ProcessConfig {
  const { flags, env, cwd } = sources;
  let file = parseConfigFile('', 'coldhunt.yaml');
  const settings = loadConfig(settingsSchema, {
    flags: { ...flags },
    env,
    file: () => (file = readConfigFile(flags.config, cwd)),
  });
  const { endpoint: s3Endpoint, forcePathStyle, region, ...rest } = settings;
  const defaultS3: S3Connection = { endpoint: s3Endpoint, forcePathStyle, region };
  const { out, archives, sinks, watches } = file;
  return {
    ...rest,
    openable: rest.openable?.map((place) => placeOf(place, archives)) ?? null,
    archives,
    sinks,
    watches,
    defaultS3,
    outS3: {
      ...defaultS3,
      ...defined({
        endpoint: out.endpoint,
        forcePathStyle: out.force_path_style,
        region: out.region,
        roleArn: out.role_arn,
        externalId: out.external_id,
        kmsKeyId: out.kms_key_id,
      }),
    },
    cwd,
  };
}

function placeOf(place: string, archives: Readonly<Record<string, ArchiveConfig>>): string {
  if (!place.startsWith('@')) return place;
  const archive = archives[place.slice(1)];
  if (archive !== undefined) return archive.uri;
  throw new InputError('CONFIG_INVALID', `--archives ${place}: no archive of this name is configured here`);
}

/** The Redis that is named. Throws InputError OPTION_INVALID when none is. */
export function redisUrlOf(config: ProcessConfig): string {
  if (config.redisUrl !== null) return config.redisUrl;
  throw new InputError(
    'OPTION_INVALID',
    'no Redis is named: give --redis <url>, COLDHUNT_REDIS_URL or redis.url in coldhunt.yaml',
  );
}

/** How an archive is reached: by its name's entry, else by the process's defaults. */
export function s3ConnectionOf(config: ProcessConfig, archiveName: string | null): S3Connection {
  if (archiveName === null) return config.defaultS3;
  const archive = config.archives[archiveName];
  if (archive === undefined) {
    const known = Object.keys(config.archives);
    const near = nearestWord(archiveName, known);
    throw new InputError(
      'CONFIG_INVALID',
      `the archive @${archiveName} is not configured here; known: ${known.length === 0 ? 'none' : known.map((name) => `@${name}`).join(', ')}`,
      near === null ? {} : { details: { hint: `did you mean @${near}?` } },
    );
  }
  return {
    ...config.defaultS3,
    ...defined({
      endpoint: archive.endpoint,
      forcePathStyle: archive.force_path_style,
      region: archive.region,
      roleArn: archive.role_arn,
      externalId: archive.external_id,
      requesterPays: archive.requester_pays,
    }),
  };
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
