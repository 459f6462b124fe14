// Sinks against a real HTTP server that fails in every way.

import { createHmac } from 'node:crypto';
import type { Document } from '@coldhunt/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createElasticsearchSink } from '../src/elasticsearch-sink.ts';
import type { Patience } from '../src/post.ts';
import { parseSinkConfig } from '../src/sink-config.ts';
import type { Batch, Delivery, Rejected, Sink } from '../src/sink.ts';
import { createWebhookSink, type WebhookOptions } from '../src/webhook-sink.ts';
import { cutShort, json, reset, silence, startServer, status, type Behaviour, type TestServer } from './http-server.ts';

const PATIENCE: Patience = { timeoutMs: 20_000, tries: 3, firstPauseMs: 1, longestPauseMs: 5 };
const SECRET = 'hunter2-of-the-webhook';

let server: TestServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server.stop());

function alert(uuid: string, over: Document = {}): Document {
  return {
    '@timestamp': '2026-02-01T10:00:00.000Z',
    'kibana.alert.uuid': uuid,
    'kibana.alert.rule.name': 'A rule',
    'kibana.alert.severity': 'low',
    'kibana.alert.reason': 'because',
    ...over,
  };
}

function batchOf(deliveries: readonly Delivery[], over: Partial<Batch> = {}): Batch {
  return {
    id: 'night-1',
    from: '2026-02-01T00:00:00.000Z',
    to: '2026-02-02T00:00:00.000Z',
    complete: true,
    verdict: '2 alerts.',
    total: deliveries.length,
    async *deliveries() {
      yield* deliveries;
    },
    ...over,
  };
}

const TWO: readonly Delivery[] = [
  { id: 'd1', kind: 'alert', alert: alert('u1') },
  { id: 'd2', kind: 'superseded', alert: alert('u2'), old_uuid: 'u0', why: 'late' },
];

async function deliver(sink: Sink, batch: Batch): Promise<Rejected[]> {
  const rejected: Rejected[] = [];
  await sink.deliver(batch, async (one) => void rejected.push(one));
  return rejected;
}

describe('a webhook', () => {
  function webhook(over: Partial<WebhookOptions> = {}): Sink {
    return createWebhookSink({
      name: 'chat',
      url: `${server.url}/hook/token-in-the-path`,
      secret: SECRET,
      headers: { authorization: 'Bearer t' },
      per: 'digest',
      cap: 100,
      template: null,
      patience: PATIENCE,
      now: () => 1_770_000_000_000,
      ...over,
    });
  }

  it('gets one digest a night, signed as Standard Webhooks says', async () => {
    await deliver(webhook(), batchOf(TWO));
    const [one] = server.received;
    expect(server.received).toHaveLength(1);
    expect(JSON.parse(one?.body ?? '')).toMatchObject({
      kind: 'digest',
      alerts: 1,
      superseded: 1,
      verdict: '2 alerts.',
    });
    const signed = createHmac('sha256', SECRET).update(`night-1.1770000000.${one?.body}`).digest('base64');
    expect(one?.headers).toMatchObject({
      authorization: 'Bearer t',
      'webhook-id': 'night-1',
      'webhook-timestamp': '1770000000',
      'webhook-signature': `v1,${signed}`,
    });
  });

  it('signs with the bytes that a whsec_ secret encodes', async () => {
    // The example of the specification's reference implementations.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    await deliver(webhook({ secret }), batchOf(TWO));
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const signed = createHmac('sha256', key).update(`night-1.1770000000.${server.received[0]?.body}`).digest('base64');
    expect(server.received[0]?.headers['webhook-signature']).toBe(`v1,${signed}`);
  });

  it('is left alone after a quiet night, and told of one that was not examined wholly', async () => {
    await deliver(webhook(), batchOf([]));
    expect(server.received).toEqual([]);
    await deliver(webhook(), batchOf([], { complete: false, verdict: 'incomplete' }));
    expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({ complete: false, verdict: 'incomplete' });
  });

  it('gets single alerts up to the cap, each with an id of its own, and how many are left', async () => {
    await deliver(webhook({ per: 'alert', cap: 1 }), batchOf(TWO));
    expect(server.received.map(({ headers }) => headers['webhook-id'])).toEqual(['d1', 'night-1-rest']);
    expect(JSON.parse(server.received[1]?.body ?? '')).toMatchObject({ kind: 'rest', count: 1 });
  });

  it('gets the body that its template says, whatever an event holds', async () => {
    const hostile = '"}], "injected": [{"\n\u0000<script>';
    const batch = batchOf([{ id: 'd', kind: 'alert', alert: alert('u', { 'kibana.alert.reason': hostile }) }]);
    const template = { text: '{{severity}}: {{reason}}', blocks: [{ time: '{{time}}', n: 1, whole: '{{alert}}' }] };
    await deliver(webhook({ per: 'alert', template }), batch);
    const body = JSON.parse(server.received[0]?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['text', 'blocks']);
    expect(body['text']).toBe(`low: ${hostile}`);
    expect(body['blocks']).toMatchObject([{ n: 1, whole: { 'kibana.alert.uuid': 'u' } }]);
  });

  it.each<[string, Behaviour]>([
    ['503', status(503)],
    ['429 with Retry-After', status(429, { 'retry-after': '1' })],
    ['a reset', reset],
    ['a body that is cut short', cutShort],
    ['silence', silence],
  ])('is tried again after %s, with the same id', async (_what, behaviour) => {
    server.next(behaviour, behaviour);
    expect(await deliver(webhook({ patience: { ...PATIENCE, timeoutMs: 1_500 } }), batchOf(TWO))).toEqual([]);
    expect(server.received.map(({ headers }) => headers['webhook-id'])).toEqual(['night-1', 'night-1', 'night-1']);
  });

  it.each<[string, Behaviour, string]>([
    ['is down', status(500), 'it answered 500, 3 times'],
    ['never answers', silence, 'did not answer in time'],
    ['refuses the credentials', status(401), 'check its URL and credentials'],
    ['is not there', status(404), 'check its URL and credentials'],
  ])('that %s loses nothing, and no secret is told', async (_what, behaviour, message) => {
    server.next(...Array.from({ length: 3 }, () => behaviour));
    const hasty = webhook({ patience: { ...PATIENCE, timeoutMs: behaviour === silence ? 50 : 20_000 } });
    const error = await deliver(hasty, batchOf(TWO)).catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ code: 'SINK_UNAVAILABLE' });
    expect(String(error)).toContain(message);
    expect(String(error)).not.toMatch(/hunter2|token-in-the-path/);
  });

  it('that refuses what is told has it rejected, and follows nobody elsewhere', async () => {
    server.next(status(400, {}, 'no such channel'));
    expect(await deliver(webhook({ per: 'alert' }), batchOf(TWO))).toMatchObject([
      { delivery: { id: 'd1' }, reason: 'it answered 400: no such channel' },
    ]);
    server.next(status(302, { location: 'http://127.0.0.1:1/elsewhere' }));
    expect(await deliver(webhook(), batchOf(TWO))).toHaveLength(2);
    expect(server.received.every(({ path }) => path.startsWith('/hook'))).toBe(true);
  });
});

// Answers in the form of Elasticsearch's documentation of the _bulk API.
const created = (id: string): object => ({
  create: { _index: 'alerts', _id: id, _version: 1, result: 'created', status: 201 },
});
const there = (id: string): object => ({
  create: {
    _index: 'alerts',
    _id: id,
    status: 409,
    error: { type: 'version_conflict_engine_exception', reason: `[${id}]: version conflict, document already exists` },
  },
});
const throttled = (id: string): object => ({
  create: {
    _index: 'alerts',
    _id: id,
    status: 429,
    error: { type: 'es_rejected_execution_exception', reason: 'rejected execution of coordinating operation' },
  },
});
const unmapped = (id: string): object => ({
  create: {
    _index: 'alerts',
    _id: id,
    status: 400,
    error: { type: 'document_parsing_exception', reason: 'failed to parse field [host.ip] of type [ip]' },
  },
});
const updated = (id: string): object => ({ update: { _index: 'alerts', _id: id, result: 'updated', status: 200 } });
const missing = (id: string): object => ({
  update: { _index: 'alerts', _id: id, status: 404, error: { type: 'document_missing_exception', reason: 'missing' } },
});
const bulk = (...items: object[]): Behaviour => json({ took: 3, errors: true, items });

describe('Elasticsearch', () => {
  function elasticsearch(): Sink {
    return createElasticsearchSink({
      name: 'siem',
      url: `${server.url}/`,
      index: 'alerts',
      headers: { authorization: 'ApiKey k' },
      patience: PATIENCE,
    });
  }

  function sent(number: number): unknown[] {
    const lines = (server.received[number]?.body ?? '').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  it('gets documents to create under their uuid, and updates of what does not stand any more', async () => {
    server.next(bulk(created('u1'), updated('u0'), created('u2')));
    expect(await deliver(elasticsearch(), batchOf(TWO))).toEqual([]);
    expect(server.received[0]).toMatchObject({ path: '/_bulk', headers: { authorization: 'ApiKey k' } });
    expect(sent(0)).toMatchObject([
      { create: { _index: 'alerts', _id: 'u1' } },
      { 'kibana.alert.uuid': 'u1' },
      { update: { _index: 'alerts', _id: 'u0' } },
      { doc: { 'kibana.alert.workflow_status': 'closed', 'coldhunt.correction.superseded_by': 'u2' } },
      { create: { _index: 'alerts', _id: 'u2' } },
      { 'kibana.alert.uuid': 'u2' },
    ]);
  });

  it('gets an alert that says more by now as an update of itself, and leaves alone what people made of it', async () => {
    server.next(bulk(updated('u1')));
    const more = { ...alert('u1'), 'kibana.alert.workflow_status': 'open' };
    const same = { id: 'd1', kind: 'superseded' as const, alert: more, old_uuid: 'u1', why: 'more' };
    expect(await deliver(elasticsearch(), batchOf([same]))).toEqual([]);
    const [action, body] = sent(server.received.length - 1) as [object, { doc: object }];
    expect(action).toEqual({ update: { _index: 'alerts', _id: 'u1' } });
    expect(body).toMatchObject({ doc: { 'kibana.alert.uuid': 'u1' }, upsert: more });
    expect(body.doc).not.toHaveProperty('kibana.alert.workflow_status');
  });

  it('may have them already: a repeat is harmless', async () => {
    server.next(bulk(there('u1'), missing('u0'), there('u2')));
    expect(await deliver(elasticsearch(), batchOf(TWO))).toEqual([]);
  });

  it('is sent again just what it throttled, and rejects what it cannot map', async () => {
    server.next(status(503), bulk(throttled('u1'), updated('u0'), unmapped('u2')), bulk(created('u1')));
    expect(await deliver(elasticsearch(), batchOf(TWO))).toMatchObject([
      {
        delivery: { id: 'd2' },
        reason: '400 document_parsing_exception: failed to parse field [host.ip] of type [ip]',
      },
    ]);
    expect(sent(2)).toMatchObject([{ create: { _id: 'u1' } }, { 'kibana.alert.uuid': 'u1' }]);
  });

  it.each<[string, Behaviour[], string]>([
    [
      'throttles for ever',
      [
        bulk(throttled('u1'), updated('u0'), throttled('u2')),
        ...Array.from({ length: 5 }, () => bulk(throttled('u1'), throttled('u2'))),
      ],
      '2 documents were not taken in 6 rounds',
    ],
    ['is no Elasticsearch', [status(200, {}, '<html>')], 'none of the _bulk API'],
    ['answers for fewer documents', [bulk(created('u1'))], 'none of the _bulk API'],
    ['refuses the key', [json({ error: { type: 'security_exception' }, status: 401 }, 401)], '_bulk answered 401'],
  ])('that %s is told nothing more, and nothing is lost', async (_what, behaviours, message) => {
    server.next(...behaviours);
    await expect(deliver(elasticsearch(), batchOf(TWO))).rejects.toMatchObject({
      code: 'SINK_UNAVAILABLE',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('an entry of the configuration', () => {
  it.each([
    ['a type that there is not', { type: 'kafka' }, 'sinks.x.type: expected'],
    ['a password in the URL', { type: 'webhook', url: 'https://me:secret@host/' }, 'sinks.x.url'],
    ['a secret that is written down', { type: 'webhook', url: 'https://h/', secret: 'abc' }, 'sinks.x.secret'],
    [
      'a template of what there is not',
      { type: 'webhook', url: 'https://h/', template: '{{hots}}' },
      'nothing is called {{hots}}',
    ],
    ['an index in capitals', { type: 'elasticsearch', url: 'https://h/', index: 'Alerts' }, 'sinks.x.index'],
  ])('is refused for %s', (_what, entry, message) => {
    expect(() => parseSinkConfig('x', entry)).toThrow(message);
  });

  it('gets its defaults', () => {
    expect(parseSinkConfig('x', { type: 'webhook', url: 'https://h/' })).toMatchObject({
      per: 'digest',
      cap: 100,
      tries: 5,
    });
  });
});
