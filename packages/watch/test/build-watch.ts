// A watch over an archive in memory that grows from night to night, for tests.

import {
  InputError,
  sha256Hex,
  compareText,
  type Document,
  type ListedObject,
  type ObjectSource,
  type RunStore,
} from '@coldhunt/core';
import {
  compileQuestionRules,
  createQuestion,
  openRun,
  readAlerts,
  runHunt,
  scanHere,
  type ArchiveInput,
  type HuntResult,
  type Question,
} from '@coldhunt/engine';
import { createMemoryObject } from '@coldhunt/formats';
import type { Rule } from '@coldhunt/rules';
import { buildRule as buildAnyRule } from '@coldhunt/rules/test-rule';
import type { Watch } from '../src/watch-file.ts';

const ARCHIVE = 'memory:///archive/';

export class MemoryStore implements RunStore {
  readonly uri = 'memory:///workspace/';
  readonly files = new Map<string, Uint8Array>();
  /** Writes that are still let through; then every one fails, as in a process that was killed. */
  writesLeft = Number.POSITIVE_INFINITY;

  #write(path: string, body: Uint8Array): void {
    if (this.writesLeft <= 0) throw new Error('killed');
    this.writesLeft -= 1;
    this.files.set(path, Uint8Array.from(body));
  }

  async putOnce(path: string, body: Uint8Array): Promise<'created' | 'exists'> {
    if (this.files.has(path)) return 'exists';
    this.#write(path, body);
    return 'created';
  }

  async put(path: string, body: Uint8Array): Promise<void> {
    this.#write(path, body);
  }

  async putStream(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
    this.#write(path, Buffer.concat(chunks));
  }

  async get(path: string): Promise<Uint8Array | null> {
    return this.files.get(path) ?? null;
  }

  async *stream(path: string): AsyncGenerator<Uint8Array> {
    const body = this.files.get(path);
    if (body === undefined) throw new InputError('RUN_INVALID', `${path} is not there`);
    yield body;
  }

  async *list(prefix: string): AsyncGenerator<readonly string[]> {
    yield [...this.files.keys()].filter((path) => path.startsWith(prefix)).toSorted(compareText);
  }

  async remove(path: string): Promise<void> {
    this.files.delete(path);
  }
}

/** Objects by key, and how often each was opened. */
export class GrowingArchive {
  readonly objects = new Map<string, string | Uint8Array>();
  readonly opened = new Map<string, number>();
  readonly #etags = new Map<string, { readonly body: string | Uint8Array; readonly etag: string }>();

  #etagOf(key: string, body: string | Uint8Array): string {
    const known = this.#etags.get(key);
    if (known?.body === body) return known.etag;
    const etag = sha256Hex(body).slice(0, 8);
    this.#etags.set(key, { body, etag });
    return etag;
  }

  source(): ObjectSource {
    const { objects, opened } = this;
    const etagOf = this.#etagOf.bind(this);
    return {
      uri: ARCHIVE,
      async *list(): AsyncGenerator<readonly ListedObject[]> {
        yield [...objects]
          .toSorted(([a], [b]) => compareText(a, b))
          .map(([key, body]) => ({
            uri: ARCHIVE + key,
            key,
            size: Buffer.byteLength(body),
            etag: etagOf(key, body),
            lastModifiedMs: null,
            storageClass: 'MEMORY',
            isArchived: false,
          }));
      },
      open({ uri, etag }) {
        const key = uri.slice(ARCHIVE.length);
        opened.set(key, (opened.get(key) ?? 0) + 1);
        return createMemoryObject(uri, Buffer.from((objects.get(key) ?? '') as string), { etag });
      },
    };
  }
}

export function questionFrom(
  from: string | null,
  to: string | null,
  rules: readonly Rule[],
  archive: Partial<ArchiveInput> = {},
): Question {
  return createQuestion({ range: { from, to }, rules, archives: [{ uri: ARCHIVE, ...archive }] });
}

export function buildWatch(question: Question, over: Partial<Watch> = {}): Watch {
  return {
    question: question as Watch['question'],
    cron: '0 0 * * *',
    tz: 'UTC',
    lateness_ms: 0,
    rescan_ms: 3 * 86_400_000,
    sinks: [],
    ...over,
  };
}

/** One hunt over everything that is there. */
export async function huntAll(
  archive: GrowingArchive,
  question: Question,
  nowMs: number,
): Promise<{ result: HuntResult; alerts: Document[] }> {
  const store = new MemoryStore();
  const source = archive.source();
  const { run } = await openRun(store, question);
  const result = await runHunt({
    run,
    store,
    sources: [source],
    rules: compileQuestionRules(question),
    startedAtMs: nowMs,
    runShards: scanHere([source], store),
  });
  const alerts: Document[] = [];
  for await (const alert of readAlerts(store)) alerts.push(alert);
  return { result, alerts };
}

export function buildRule(over: Partial<Rule> = {}): Rule {
  return buildAnyRule({
    type: 'new_terms',
    index: [],
    query: 'process.name: "aws"',
    new_terms_fields: ['host.id'],
    history_window_start: 'now-2d',
    ...over,
  });
}
