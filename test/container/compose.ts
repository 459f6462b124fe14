// compose.yaml as a container engine would read it, as far as ours uses the format: anchors, merge keys, `${NAME}`, `${NAME:-default}` and
// `${NAME:?message}`.

import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const role = z.strictObject({
  image: z.literal('coldhunt'),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }),
  restart: z.string(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.array(z.string()),
  tmpfs: z.array(z.string()),
  stop_grace_period: z.string().regex(/^\d+s$/),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })),
  environment: z.record(z.string(), z.string()),
  command: z.array(z.string()).min(1),
  deploy: z.strictObject({ replicas: z.number() }).optional(),
});
const redis = z.strictObject({
  image: z.string().regex(/^redis:\d/),
  command: z.array(z.string()),
  volumes: z.array(z.string()),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string(), retries: z.number() }),
});
const compose = z.strictObject({
  name: z.string(),
  'x-role': z.unknown(),
  services: z.strictObject({ redis, planner: role, worker: role, reducer: role }),
  volumes: z.record(z.string(), z.unknown()),
});

export type Compose = z.infer<typeof compose>;

/** Throws for keys that are not known here, and for variables that must be set and are not. */
export async function readCompose(path: string, env: Readonly<Record<string, string>>): Promise<Compose> {
  const raw: unknown = parse(await readFile(path, 'utf8'), { merge: true, strict: true });
  return compose.parse(resolveAll(raw, env));
}

function resolveAll(value: unknown, env: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return resolveText(value, env);
  if (Array.isArray(value)) return value.map((item) => resolveAll(item, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveAll(item, env)]));
}

function resolveText(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g,
    (_all, name: string, kind: string | undefined, word = '') => {
      const value = env[name];
      if (value !== undefined && value !== '') return value;
      if (kind === '-') return String(word);
      throw new Error(`${name} must be set: ${word}`);
    },
  );
}
