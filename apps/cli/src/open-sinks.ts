// Names of sinks -> sinks, by coldhunt.yaml. Secrets come from the environment or files, and are named in no message.

import { readFileSync } from 'node:fs';
import { InputError } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import type { ProcessConfig } from '@coldhunt/runtime';
import {
  DEFAULT_PATIENCE,
  createElasticsearchSink,
  createFilesSink,
  createStreamSink,
  createWebhookSink,
  parseSinkConfig,
  type Patience,
  type SecretSource,
  type Sink,
  type SinkConfig,
} from '@coldhunt/sinks';
import type { CliContext } from './program.ts';

/** What sinks take of the process. */
type SinkContext = Pick<CliContext, 'env' | 'stdout'>;

/** Throws InputError CONFIG_INVALID for a name that is not configured, a wrong entry, or a secret that is not there. */
export function openSinks(names: readonly string[], config: ProcessConfig, context: SinkContext): readonly Sink[] {
  return [...new Set(names)].map((name) => {
    const entry = config.sinks[name];
    if (entry === undefined) {
      const known = Object.keys(config.sinks);
      throw new InputError(
        'CONFIG_INVALID',
        `the sink ${name} is not configured here: expected an entry under sinks of coldhunt.yaml; known: ${known.length === 0 ? 'none' : known.join(', ')}`,
      );
    }
    return openSink(name, parseSinkConfig(name, entry), { config, context });
  });
}

interface Surroundings {
  readonly config: ProcessConfig;
  readonly context: SinkContext;
}

function openSink(name: string, sink: SinkConfig, { config, context }: Surroundings): Sink {
  const secret = (source: SecretSource): string => readSecret(name, source, context);
  switch (sink.type) {
    case 'files':
      return createFilesSink(name, openRunStore(sink.uri, { cwd: config.cwd, s3: config.outS3 }));
    case 'stdout':
      return createStreamSink(
        name,
        (text) =>
          new Promise((resolve) => {
            if (context.stdout.write(text)) resolve();
            else context.stdout.once('drain', resolve);
          }),
      );
    case 'webhook':
      return createWebhookSink({
        name,
        url: typeof sink.url === 'string' ? sink.url : secret(sink.url),
        secret: sink.secret === undefined ? null : secret(sink.secret),
        headers: Object.fromEntries(
          Object.entries(sink.headers).map(([header, value]) => [
            header,
            typeof value === 'string' ? value : secret(value),
          ]),
        ),
        per: sink.per,
        cap: sink.cap,
        template: sink.template ?? null,
        patience: patienceOf(sink),
      });
    case 'elasticsearch':
      return createElasticsearchSink({
        name,
        url: sink.url,
        index: sink.index,
        headers: sink.api_key === undefined ? {} : { authorization: `ApiKey ${secret(sink.api_key)}` },
        patience: patienceOf(sink),
      });
  }
}

function patienceOf(sink: { readonly timeout_seconds: number; readonly tries: number }): Patience {
  return { ...DEFAULT_PATIENCE, timeoutMs: sink.timeout_seconds * 1000, tries: sink.tries };
}

function readSecret(sink: string, source: SecretSource, { env }: SinkContext): string {
  if ('env' in source) {
    const value = env[source.env];
    if (value !== undefined && value !== '') return value;
    throw new InputError('CONFIG_INVALID', `sinks.${sink}: the environment variable ${source.env} is not set`);
  }
  let text: string;
  try {
    text = readFileSync(source.file, 'utf8').trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'it cannot be read';
    throw new InputError('CONFIG_INVALID', `sinks.${sink}: ${source.file}: ${why}`, { cause: error });
  }
  if (text === '') throw new InputError('CONFIG_INVALID', `sinks.${sink}: ${source.file} is empty`);
  return text;
}
