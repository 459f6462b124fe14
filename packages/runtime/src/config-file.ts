// coldhunt.yaml: what does not change from hunt to hunt. Text -> checked entries, with every problem of the file at once.

import { isMap, isNode, isScalar, type Document, type LineCounter } from 'yaml';
import { z } from 'zod';
import { InputError, expectedWords, schemaProblems } from '@coldhunt/core';
import { openYaml } from './read-yaml.ts';

const endpoint = z.url({ protocol: /^https?$/, error: 'expected http://host:port or https://host' });
const duration = z.string().regex(/^\d+(?:ms|s|m|h|d|w)$/, 'expected a duration such as 2h or 30d');

/** How one archive is reached, and what its keys mean. */
export const archiveConfigSchema = z
  .strictObject({
    uri: z.string().min(1).describe('s3://bucket/prefix, a folder or one file'),
    region: z.string().optional(),
    endpoint: endpoint.optional().describe('an S3-compatible server'),
    force_path_style: z.boolean().optional(),
    role_arn: z.string().optional().describe('a role to assume for this archive'),
    external_id: z.string().optional(),
    requester_pays: z.boolean().optional(),
    layout: z.string().optional().describe('name or template, as --layout'),
    time: z
      .enum(['event', 'first-record', 'arrival'])
      .optional()
      .describe('what the time in a key means, as --layout-time'),
    lateness: duration.optional().describe('as --layout-slack'),
    timezone: z.string().optional().describe('as --layout-tz'),
    expect: z.enum(['hourly', 'daily']).optional().describe('how often there are events, as --expect'),
    index: z.string().optional().describe('the index that events count as, where they do not say'),
    field_types: z.record(z.string(), z.string()).optional().describe('as --field-types'),
    time_field: z.string().optional().describe('as --time-field'),
  })
  .readonly();

export const configFileSchema = z
  .strictObject({
    archives: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a name of letters, digits, . _ -'),
        archiveConfigSchema,
      )
      .default({}),
    out: z
      .strictObject({
        kms_key_id: z.string().optional(),
        region: z.string().optional(),
        endpoint: endpoint.optional(),
        force_path_style: z.boolean().optional(),
        role_arn: z.string().optional(),
        external_id: z.string().optional(),
      })
      .default({}),
    redis: z.strictObject({ url: z.string().optional(), prefix: z.string().optional() }).default({}),
    s3: z
      .strictObject({
        endpoint: endpoint.optional(),
        force_path_style: z.boolean().optional(),
        region: z.string().optional(),
      })
      .default({}),
    service: z
      .strictObject({
        workers: z.number().int().optional().describe('scan threads of a worker'),
        drain_timeout: duration.optional(),
        lock_duration: duration.optional(),
        thread_memory_mb: z.number().int().optional(),
        memory: z.union([z.string(), z.number()]).optional().describe('what a process may take in all: 2GB'),
        spill_dir: z.string().optional().describe('where sorts put what does not fit into memory'),
        max_spill: z.union([z.string(), z.number()]).optional().describe('how much may lie there at a time'),
      })
      .default({}),
    sinks: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a name of letters, digits, . _ -'),
        z.looseObject({ type: z.string() }),
      )
      .default({})
      .describe('where alerts of watches go, by name'),
    watches: z
      .array(z.string().min(1))
      .default([])
      .describe('workspaces whose schedules a planner keeps in Redis, also after it was emptied'),
    runs_prefix: z.string().optional().describe('a worker takes only runs below it'),
    archives_allowed: z.array(z.string()).optional().describe('places whose archives a worker or planner may open'),
    shard_time_limit: duration.optional().describe('how long a shard may take, beside what its bytes need'),
    log_level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).optional(),
  })
  .readonly();

export type ArchiveConfig = z.infer<typeof archiveConfigSchema>;
export type ConfigFile = z.infer<typeof configFileSchema>;

/** Parses the file's text; `name` stands in messages. Throws InputError CONFIG_INVALID with all problems. */
export function parseConfigFile(text: string, name: string): ConfigFile {
  const { value, document, counter } = openYaml(text, name);
  const parsed = configFileSchema.safeParse(value, { error: expectedWords });
  if (parsed.success) return parsed.data;
  // A Redis URL may hold a password, also where it stands in the wrong form.
  const problems = schemaProblems(parsed.error.issues, value, ([first]) => first === 'redis');
  const lines = problems
    .map(({ path, words }) => ({ at: placeOf(path, document, counter), text: `${path.join('.') || 'file'}: ${words}` }))
    .toSorted((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.col ?? 0) - (b.at?.col ?? 0))
    .map(({ at, text: words }) => `${name}${at === null ? '' : `:${at.line}:${at.col}`}: ${words}`);
  throw new InputError('CONFIG_INVALID', lines.join('\n'));
}

/** The line of a key by its path, in a text that parses; null: it does not stand there. */
export function locateKeys(text: string, name: string): (path: readonly string[]) => number | null {
  const { document, counter } = openYaml(text, name);
  return (path) => (document.hasIn(path) ? (placeOf(path, document, counter)?.line ?? null) : null);
}

/** The key, where the file has it; else the value around it. */
function placeOf(
  path: readonly PropertyKey[],
  document: Document,
  counter: LineCounter,
): { readonly line: number; readonly col: number } | null {
  const key = path.at(-1);
  const parent: unknown = path.length === 0 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
  const node: unknown = pair?.key ?? document.getIn(path, true) ?? parent;
  return isNode(node) && node.range ? counter.linePos(node.range[0]) : null;
}
