// Webhooks, signed as Standard Webhooks says (github.com/standard-webhooks/standard-webhooks, spec 1.0): `webhook-id`, `webhook-timestamp`
// and `webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">`. One digest a night, or one request an alert up to a cap.

import { createHmac } from 'node:crypto';
import { TransientError, stringifyDocument, type Document } from '@coldhunt/core';
import { fillTemplate, type Template } from './fill-template.ts';
import { hostOf, post, type Patience } from './post.ts';
import type { Batch, Delivery, Sink } from './sink.ts';

/** How many alerts a digest shows. */
const SHOWN = 20;

export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  /** Signs; null: requests are not signed. */
  readonly secret: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly per: 'digest' | 'alert';
  /** Of `per: alert`: so many requests a night; the rest is told in one more. */
  readonly cap: number;
  readonly template: Template | null;
  readonly patience: Patience;
  /** Milliseconds. Default: the clock. */
  readonly now?: () => number;
}

export function createWebhookSink(options: WebhookOptions): Sink {
  const { name, per, cap } = options;
  return {
    name,
    async deliver(batch, rejected, signal) {
      if (per === 'digest') {
        if (batch.total === 0 && batch.complete) return;
        const refused = await send(options, batch.id, await digestOf(batch), signal);
        if (refused !== null)
          for await (const delivery of batch.deliveries()) await rejected({ delivery, reason: refused });
        return;
      }
      let sent = 0;
      let left = 0;
      for await (const delivery of batch.deliveries()) {
        if (sent === cap) left += 1;
        else {
          sent += 1;
          const refused = await send(options, delivery.id, valuesOf(delivery, batch), signal);
          if (refused !== null) await rejected({ delivery, reason: refused });
        }
      }
      if (left > 0) await send(options, `${batch.id}-rest`, { ...nightOf(batch), kind: 'rest', count: left }, signal);
    },
  };
}

/** null: it was taken; else why it never will be. */
async function send(
  { url, secret, headers, template, patience, now = Date.now }: WebhookOptions,
  id: string,
  values: Document,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const body = stringifyDocument(template === null ? values : fillTemplate(template, values));
  const timestamp = String(Math.floor(now() / 1000));
  const signature: Record<string, string> =
    secret === null ? {} : { 'webhook-signature': `v1,${sign(secret, `${id}.${timestamp}.${body}`)}` };
  const { status, text } = await post({
    url,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'user-agent': 'coldhunt',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      ...signature,
    },
    body,
    signal,
    patience,
  });
  if (status >= 200 && status < 300) return null;
  // Who is not let in today may be tomorrow: that is no fault of what is delivered.
  if (status === 401 || status === 403 || status === 404)
    throw new TransientError(
      'SINK_UNAVAILABLE',
      `${hostOf(url)}: it answered ${status}: check its URL and credentials`,
    );
  return `it answered ${status}: ${text.slice(0, 200)}`;
}

/** A secret of the form `whsec_<base64>` is the bytes that it encodes, as the specification says; any other is its own text. */
function sign(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  return createHmac('sha256', key).update(text).digest('base64');
}

async function digestOf(batch: Batch): Promise<Document> {
  const counts = { alert: 0, added: 0, superseded: 0, withdrawn: 0 };
  const shown: Document[] = [];
  for await (const delivery of batch.deliveries()) {
    counts[delivery.kind] += 1;
    if (shown.length < SHOWN && delivery.alert !== undefined) shown.push(shortOf(delivery));
  }
  const { alert: alerts, ...corrections } = counts;
  return { ...nightOf(batch), kind: 'digest', alerts, ...corrections, first: shown };
}

function nightOf({ from, to, complete, verdict }: Batch): Document {
  return { from, to, complete, verdict };
}

function valuesOf({ id: _id, ...delivery }: Delivery, batch: Batch): Document {
  return { ...nightOf(batch), ...shortOf({ id: _id, ...delivery }), ...(delivery as unknown as Document) };
}

function shortOf({ kind, alert = {} }: Delivery): Document {
  return {
    kind,
    time: alert['@timestamp'] ?? null,
    rule: alert['kibana.alert.rule.name'] ?? null,
    severity: alert['kibana.alert.severity'] ?? null,
    reason: alert['kibana.alert.reason'] ?? null,
    uuid: alert['kibana.alert.uuid'] ?? null,
  };
}
