// An entry under `sinks` of coldhunt.yaml. Secrets are named, never written there: a variable of the environment, or a file that holds it.

import { InputError, expectedWords, schemaProblems } from '@coldhunt/core';
import { z } from 'zod';
import { templateNames, type Template } from './fill-template.ts';

/** `{ env: NAME }` or `{ file: path }`. */
const secretSchema = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);
const url = z
  .url({ protocol: /^https?$/, error: 'expected http://host or https://host' })
  .refine((text) => !text.includes('@'), 'expected no user name and password: name a secret instead');
const template: z.ZodType<Template> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(template), z.record(z.string(), template)]),
);
const patience = {
  timeout_seconds: z.number().positive().max(600).default(30),
  tries: z.number().int().min(1).max(20).default(5),
};

const sinkSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('files'), uri: z.string().min(1) }),
  z.strictObject({ type: z.literal('stdout') }),
  z.strictObject({
    type: z.literal('webhook'),
    url: z.union([url, secretSchema]),
    secret: secretSchema.optional(),
    headers: z.record(z.string(), z.union([z.string(), secretSchema])).default({}),
    per: z.enum(['digest', 'alert']).default('digest'),
    cap: z.number().int().min(1).max(10_000).default(100),
    template: template.optional(),
    ...patience,
  }),
  z.strictObject({
    type: z.literal('elasticsearch'),
    url,
    index: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected the name of an index or data stream'),
    api_key: secretSchema.optional(),
    ...patience,
  }),
]);

export type SecretSource = z.infer<typeof secretSchema>;
export type SinkConfig = z.infer<typeof sinkSchema>;

const KNOWN_NAMES: ReadonlySet<string> = new Set(
  'from to complete verdict kind alerts added superseded withdrawn first count time rule severity reason uuid alert old_uuid why'.split(
    ' ',
  ),
);

/** Throws InputError CONFIG_INVALID with every problem of the entry. */
export function parseSinkConfig(name: string, value: unknown): SinkConfig {
  const parsed = sinkSchema.safeParse(value, { error: expectedWords });
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error.issues, value, () => true);
    throw new InputError(
      'CONFIG_INVALID',
      problems.map(({ path, words }) => `sinks.${[name, ...path].join('.')}: ${words}`).join('\n'),
    );
  }
  const strange =
    'template' in parsed.data && parsed.data.template !== undefined
      ? templateNames(parsed.data.template).filter((each) => !KNOWN_NAMES.has(each))
      : [];
  if (strange.length === 0) return parsed.data;
  throw new InputError(
    'CONFIG_INVALID',
    `sinks.${name}.template: nothing is called ${strange.map((each) => `{{${each}}}`).join(', ')}; known: ${[...KNOWN_NAMES].join(', ')}`,
  );
}
