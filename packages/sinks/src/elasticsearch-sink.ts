// Alert documents into an index of Elasticsearch by its `_bulk` API: `create` with the alert's uuid as `_id`, so that a repeat finds it
// there and changes nothing; corrections update the alert that does not stand any more.

import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError, stringifyDocument, type Document } from '@coldhunt/core';
import { z } from 'zod';
import { hostOf, post, type Patience } from './post.ts';
import type { Delivery, Rejected, Sink } from './sink.ts';

const BULK_CHARS = 5 * 1024 * 1024;
const BULK_ITEMS = 1_000;
/** How often what was throttled within a request is sent again. */
const ROUNDS = 6;

const answerSchema = z.object({
  errors: z.boolean(),
  items: z.array(
    z.record(
      z.string(),
      z.object({ status: z.number(), error: z.object({ type: z.string(), reason: z.string().nullish() }).optional() }),
    ),
  ),
});

export interface ElasticsearchOptions {
  readonly name: string;
  readonly url: string;
  readonly index: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly patience: Patience;
}

interface Action {
  readonly delivery: Delivery;
  readonly lines: string;
}

export function createElasticsearchSink(options: ElasticsearchOptions): Sink {
  return {
    name: options.name,
    async deliver(batch, rejected, signal) {
      let actions: Action[] = [];
      let chars = 0;
      const flush = async (): Promise<void> => {
        if (actions.length > 0) await sendBulk(actions, options, rejected, signal);
        actions = [];
        chars = 0;
      };
      for await (const delivery of batch.deliveries()) {
        for (const lines of linesOf(delivery, options.index)) {
          actions.push({ delivery, lines });
          chars += lines.length;
          if (chars > BULK_CHARS || actions.length >= BULK_ITEMS) await flush();
        }
      }
      await flush();
    },
  };
}

function* linesOf({ alert, old_uuid: oldUuid, why = '', kind }: Delivery, index: string): Generator<string> {
  if (alert !== undefined && oldUuid === alert['kibana.alert.uuid']) {
    // The same alert says more by now. What people made of it meanwhile stays.
    const said = Object.entries(alert).filter(([name]) => !name.startsWith('kibana.alert.workflow_'));
    const action = { update: { _index: index, _id: String(oldUuid) } };
    yield `${JSON.stringify(action)}\n${stringifyDocument({ doc: Object.fromEntries(said), upsert: alert })}\n`;
    return;
  }
  if (oldUuid !== undefined) {
    const correction: Document = {
      'kibana.alert.workflow_status': 'closed',
      'coldhunt.correction.kind': kind,
      'coldhunt.correction.why': why,
      'coldhunt.correction.superseded_by': alert?.['kibana.alert.uuid'] ?? null,
    };
    yield `${JSON.stringify({ update: { _index: index, _id: oldUuid } })}\n${stringifyDocument({ doc: correction })}\n`;
  }
  if (alert === undefined) return;
  const action = { create: { _index: index, _id: String(alert['kibana.alert.uuid']) } };
  yield `${JSON.stringify(action)}\n${stringifyDocument(alert)}\n`;
}

async function sendBulk(
  actions: readonly Action[],
  options: ElasticsearchOptions,
  rejected: (rejected: Rejected) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let left = actions;
  for (let round = 1; left.length > 0; round += 1) {
    const { status, text } = await post({
      url: `${options.url.replace(/\/$/, '')}/_bulk`,
      headers: { ...options.headers, 'content-type': 'application/x-ndjson', 'user-agent': 'coldhunt' },
      body: left.map(({ lines }) => lines).join(''),
      signal,
      patience: options.patience,
    });
    if (status !== 200)
      throw new TransientError(
        'SINK_UNAVAILABLE',
        `${hostOf(options.url)}: _bulk answered ${status}: ${text.slice(0, 200)}`,
      );
    const throttled: Action[] = [];
    for (const [number, item] of itemsOf(text, left.length, options.url).entries()) {
      const action = left[number] as Action;
      const { status: code, error } = item;
      // It is there already, or it was never there to be corrected: an index that was pruned, or an alert that was rejected.
      if ((code >= 200 && code < 300) || code === 409 || code === 404) continue;
      if (code === 429 || code >= 500) throttled.push(action);
      else
        await rejected({
          delivery: action.delivery,
          reason: `${code} ${error?.type ?? ''}: ${error?.reason ?? ''}`.trim(),
        });
    }
    if (throttled.length > 0 && round === ROUNDS)
      throw new TransientError(
        'SINK_UNAVAILABLE',
        `${hostOf(options.url)}: ${throttled.length} documents were not taken in ${ROUNDS} rounds`,
      );
    if (throttled.length > 0) await pause(round, options.patience, signal);
    left = throttled;
  }
}

function itemsOf(
  text: string,
  expected: number,
  url: string,
): readonly z.infer<typeof answerSchema>['items'][number][string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success || parsed.data.items.length !== expected)
    throw new TransientError('SINK_UNAVAILABLE', `${hostOf(url)}: its answer is none of the _bulk API`);
  return parsed.data.items.map((item) => Object.values(item)[0] ?? { status: 500 });
}

async function pause(
  round: number,
  { firstPauseMs, longestPauseMs }: Patience,
  signal: AbortSignal | undefined,
): Promise<void> {
  const pauseMs = Math.min(firstPauseMs * 2 ** (round - 1), longestPauseMs) * (0.5 + Math.random());
  await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
}
