// One HTTP request with what the other side may do wrong: time limits, passing faults tried again with jittered pauses, `Retry-After`
// kept, redirects refused (they would take credentials elsewhere), answers read up to a limit.

import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '@coldhunt/core';

const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024;

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
  readonly patience: Patience;
}

/** How long the other side is waited for. */
export interface Patience {
  /** Milliseconds of one request. */
  readonly timeoutMs: number;
  /** How often a request is begun. */
  readonly tries: number;
  /** Milliseconds before the second try; doubled with each, and jittered. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const DEFAULT_PATIENCE: Patience = { timeoutMs: 30_000, tries: 5, firstPauseMs: 500, longestPauseMs: 30_000 };

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An answer that is neither 429 nor 5xx. Throws TransientError SINK_UNAVAILABLE when there is none after all tries; it names no secret. */
export async function post(options: PostOptions): Promise<Answer> {
  const { patience, signal, url } = options;
  let why = '';
  for (let number = 1; number <= patience.tries; number += 1) {
    signal?.throwIfAborted();
    let pauseMs = Math.min(patience.firstPauseMs * 2 ** (number - 1), patience.longestPauseMs) * (0.5 + Math.random());
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: options.headers,
        body: options.body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(patience.timeoutMs), ...(signal === undefined ? [] : [signal])]),
      });
      const text = await readLimited(response);
      if (response.status !== 429 && response.status < 500) return { status: response.status, text };
      why = `it answered ${response.status}`;
      const asked = Number(response.headers.get('retry-after'));
      if (Number.isFinite(asked) && asked > 0) pauseMs = Math.min(asked * 1000, patience.longestPauseMs);
    } catch (error) {
      signal?.throwIfAborted();
      why = reasonOf(error);
    }
    if (number < patience.tries) await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
  throw new TransientError('SINK_UNAVAILABLE', `${hostOf(url)}: ${why}, ${patience.tries} times`);
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > LONGEST_ANSWER_BYTES) throw new Error(`its answer is longer than ${LONGEST_ANSWER_BYTES} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it did not answer in time';
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}

/** A URL's path and query may hold a secret. */
export function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
