// What sinks are told of nights: at least once, in order, and one that is down holds off nobody.

import { scanHere } from '@coldhunt/engine';
import { createFilesSink, createWebhookSink, type Sink } from '@coldhunt/sinks';
import { startServer, status, type TestServer } from '@coldhunt/sinks/test/http-server';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { folderStore } from '../src/folder-store.ts';
import { nightFolder } from '../src/night-file.ts';
import { deliverNights, pendingNights } from '../src/outbox.ts';
import { runDueNights } from '../src/run-due-nights.ts';
import { runNight } from '../src/run-night.ts';
import { GrowingArchive, MemoryStore, buildRule, buildWatch, questionFrom } from './build-watch.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 1, 1);

let server: TestServer;
let workspace: MemoryStore;
let archive: GrowingArchive;
let files: MemoryStore;
let sinks: readonly Sink[];

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.stop());

beforeEach(() => {
  workspace = new MemoryStore();
  archive = new GrowingArchive();
  files = new MemoryStore();
  sinks = [
    createWebhookSink({
      name: 'chat',
      url: server.url,
      secret: null,
      headers: {},
      per: 'alert',
      cap: 100,
      template: '{{uuid}}',
      patience: { timeoutMs: 20_000, tries: 1, firstPauseMs: 1, longestPauseMs: 1 },
    }),
    createFilesSink('files', files),
  ];
});

async function runUntil(day: number): Promise<void> {
  const watch = buildWatch(questionFrom(new Date(START).toISOString(), null, [buildRule()]), { rescan_ms: 2 * DAY });
  const source = archive.source();
  const nights = runDueNights({
    workspace,
    watch,
    now: () => START + day * DAY,
    run: (night) =>
      runNight({
        ...night,
        sources: [source],
        acceptIncomplete: false,
        runShards: scanHere([source], folderStore(workspace, nightFolder((night.before?.number ?? 0) + 1))),
      }),
  });
  for await (const { night } of nights) expect(night).not.toBeNull();
}

function arrive(key: string, day: number, host: string): void {
  const time = new Date(START + day * DAY + 3_600_000).toISOString();
  archive.objects.set(key, `${JSON.stringify({ '@timestamp': time, host: { id: host }, process: { name: 'aws' } })}\n`);
}

it('tells what was missed once the sink is there again, and holds off no other meanwhile', async () => {
  arrive('a', 0, 'a');
  await runUntil(1);
  server.next(status(503));
  const [chat, toFiles] = await deliverNights({ workspace, sinks });
  expect(chat).toMatchObject({ sink: 'chat', nights: 0, pending: 1, error: { code: 'SINK_UNAVAILABLE' } });
  expect(toFiles).toMatchObject({ sink: 'files', nights: 1, pending: 0, error: null });
  arrive('b', 1, 'b');
  await runUntil(2);
  expect(await pendingNights(workspace, ['chat', 'files'])).toEqual({ chat: 2, files: 1 });
  const before = server.received.length;
  expect(await deliverNights({ workspace, sinks })).toMatchObject([
    { nights: 2, pending: 0, error: null },
    { nights: 1, pending: 0, error: null },
  ]);
  expect(server.received.length - before).toBe(2);
  expect([...files.files.keys()].map((path) => path.slice(0, 10))).toEqual(['2026-02-02', '2026-02-03']);
  // Told is told.
  await deliverNights({ workspace, sinks });
  expect(server.received.length - before).toBe(2);
});

it('tells corrections, and puts aside what the other side will never take', async () => {
  arrive('a', 1, 'a');
  await runUntil(2);
  await deliverNights({ workspace, sinks });
  arrive('late', 0, 'a');
  await runUntil(3);
  server.next(status(422, {}, 'no'));
  expect(await deliverNights({ workspace, sinks })).toMatchObject([{ rejected: 1, pending: 0 }, { rejected: 0 }]);
  const letters = [...workspace.files.keys()].filter((path) => path.startsWith('dead-letter/chat/'));
  expect(letters).toHaveLength(1);
  const letter = JSON.parse(Buffer.from(workspace.files.get(letters[0] ?? '') as Uint8Array).toString()) as object;
  expect(letter).toMatchObject({ reason: 'it answered 422: no', delivery: { kind: 'superseded' } });
  const lines = Buffer.from([...files.files.values()].at(-1) as Uint8Array)
    .toString()
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['superseded']);
});

it('delivers again with the same ids when it was killed before it could write how far it was', async () => {
  arrive('a', 0, 'a');
  await runUntil(1);
  const before = server.received.length;
  workspace.writesLeft = 0;
  expect(await deliverNights({ workspace, sinks })).toMatchObject([{ nights: 0, pending: 1 }, { nights: 0 }]);
  workspace.writesLeft = Number.POSITIVE_INFINITY;
  await deliverNights({ workspace, sinks });
  const ids = server.received.slice(before).map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
});
