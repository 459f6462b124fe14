// Flags, environment and coldhunt.yaml -> what one process needs to reach storage and Redis. Flag > environment > file > default.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '@coldhunt/core';
import { parseConfigFile, type ArchiveConfig, type ConfigFile } from './config-file.ts';
import { LOG_LEVELS, type LogLevel } from './create-logger.ts';

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
  readonly defaultS3: S3Connection;
  readonly outS3: S3Connection;
  readonly redisUrl: string | null;
  readonly redisPrefix: string;
  readonly runsPrefix: string | null;
  readonly logLevel: LogLevel;
  readonly cwd: string;
}

export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly s3Endpoint?: string | undefined;
  readonly s3ForcePathStyle?: boolean | undefined;
  readonly region?: string | undefined;
  readonly redis?: string | undefined;
  readonly queuePrefix?: string | undefined;
  readonly runsPrefix?: string | undefined;
  readonly logLevel?: string | undefined;
}

const flag = z.stringbool({ truthy: ['true', '1', 'yes'], falsy: ['false', '0', 'no'] });

const environmentSchema = z.object({
  COLDHUNT_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  COLDHUNT_S3_FORCE_PATH_STYLE: flag.optional(),
  COLDHUNT_S3_REGION: z.string().optional(),
  COLDHUNT_REDIS_URL: z.url({ protocol: /^rediss?$|^unix$/ }).optional(),
  COLDHUNT_QUEUE_PREFIX: z.string().optional(),
  COLDHUNT_RUNS_PREFIX: z.string().optional(),
  COLDHUNT_LOG_LEVEL: z.enum(LOG_LEVELS).optional(),
});

/** Throws InputError CONFIG_INVALID or OPTION_INVALID with every problem; values that may be secret are never shown. */
export function loadProcessConfig(sources: {
  readonly flags: ConfigFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): ProcessConfig {
  const { flags, cwd } = sources;
  const set = Object.fromEntries(
    Object.entries(sources.env).filter(([name, value]) => name.startsWith('COLDHUNT_') && value !== ''),
  );
  const env = environmentSchema.safeParse(set);
  if (!env.success) {
    const problems = env.error.issues.map((issue) => `environment variable ${issue.path.join('.')}: ${issue.message}`);
    throw new InputError('CONFIG_INVALID', problems.join('\n'));
  }
  const file = readConfig(flags.config, cwd);
  const given = env.data;
  const logLevel = z.enum(LOG_LEVELS).safeParse(flags.logLevel ?? given.COLDHUNT_LOG_LEVEL ?? file.log_level ?? 'info');
  if (!logLevel.success)
    throw new InputError('OPTION_INVALID', `--log-level "${flags.logLevel}": expected ${LOG_LEVELS.join(', ')}`);
  const defaultS3: S3Connection = {
    endpoint: checkEndpoint(flags.s3Endpoint) ?? given.COLDHUNT_S3_ENDPOINT ?? file.s3.endpoint,
    forcePathStyle: flags.s3ForcePathStyle ?? given.COLDHUNT_S3_FORCE_PATH_STYLE ?? file.s3.force_path_style,
    region: flags.region ?? given.COLDHUNT_S3_REGION ?? file.s3.region,
  };
  const out = file.out;
  return {
    archives: file.archives,
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
    redisUrl: checkRedisUrl(flags.redis) ?? given.COLDHUNT_REDIS_URL ?? file.redis.url ?? null,
    redisPrefix: flags.queuePrefix ?? given.COLDHUNT_QUEUE_PREFIX ?? file.redis.prefix ?? 'coldhunt',
    runsPrefix: flags.runsPrefix ?? given.COLDHUNT_RUNS_PREFIX ?? file.runs_prefix ?? null,
    logLevel: logLevel.data,
    cwd,
  };
}

/** How an archive is reached: by its name's entry, else by the process's defaults. */
export function s3ConnectionOf(config: ProcessConfig, archiveName: string | null): S3Connection {
  if (archiveName === null) return config.defaultS3;
  const archive = config.archives[archiveName];
  if (archive === undefined) {
    const known = Object.keys(config.archives);
    throw new InputError(
      'CONFIG_INVALID',
      `the archive @${archiveName} is not configured here; known: ${known.length === 0 ? 'none' : known.map((name) => `@${name}`).join(', ')}`,
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

function readConfig(path: string | undefined, cwd: string): ConfigFile {
  const name = path ?? join(cwd, 'coldhunt.yaml');
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent && path === undefined) return parseConfigFile('', name);
    throw new InputError('CONFIG_INVALID', `cannot read the configuration ${name}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return parseConfigFile(text, name);
}

function checkEndpoint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!z.url({ protocol: /^https?$/ }).safeParse(text).success)
    throw new InputError(
      'OPTION_INVALID',
      `--s3-endpoint: expected http://host:port or https://host, got "${text.replace(/\/\/[^/]*@/, '//***@')}"`,
    );
  return text;
}

function checkRedisUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!z.url({ protocol: /^rediss?$|^unix$/ }).safeParse(text).success)
    throw new InputError(
      'OPTION_INVALID',
      '--redis: expected redis://host:port or rediss://host:port (a password is better given in COLDHUNT_REDIS_URL)',
    );
  return text;
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
