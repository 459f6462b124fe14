// One process at a time runs the nights of a workspace. Nothing that is right depends on it (a night's files are written once, whoever
// writes them): it keeps two from reading the archive for the same answer. Who holds the lease writes its end anew while it works; what a
// dead process held runs out.

import { randomUUID } from 'node:crypto';
import { TransientError, openSeal, sealJson, type RunStore } from '@coldhunt/core';
import { z } from 'zod';

const FOLDER = 'lease/';
const LEASE_MS = 120_000;

const leaseSchema = z.object({ holder: z.string(), until_ms: z.number() });
type LeaseFile = z.infer<typeof leaseSchema>;

export interface Lease {
  /** Gives it back; the next process need not wait. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** How long it holds without a sign of life. Milliseconds. Default: two minutes. */
  readonly leaseMs?: number;
  /** Default: the clock. */
  readonly now?: () => number;
  /** What is told of one that could not be renewed. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Throws TransientError WATCH_BUSY while another process holds it. */
export async function takeLease(workspace: RunStore, options: LeaseOptions = {}): Promise<Lease> {
  const { leaseMs = LEASE_MS, now = Date.now, onTrouble = () => {} } = options;
  const holder = randomUUID();
  const last = await lastEpoch(workspace);
  if (last !== null) {
    const held = await readLease(workspace, last);
    if (held !== null && held.until_ms > now()) throw busy(workspace, held);
  }
  const path = pathOf((last ?? 0) + 1);
  const body = (): Uint8Array => encode({ holder, until_ms: now() + leaseMs });
  if ((await workspace.putOnce(path, body())) === 'exists')
    throw busy(workspace, (await readLease(workspace, (last ?? 0) + 1)) ?? { holder, until_ms: now() + leaseMs });
  if (last !== null) await workspace.remove(pathOf(last));
  const renewal = setInterval(() => {
    workspace.put(path, body()).catch(onTrouble);
  }, leaseMs / 4);
  renewal.unref();
  return {
    release: async () => {
      clearInterval(renewal);
      await workspace.put(path, encode({ holder, until_ms: 0 }));
    },
  };
}

/** Whether a process that lives, or died less than a lease ago, runs the nights. */
export async function isLeased(workspace: RunStore, nowMs: number): Promise<boolean> {
  const last = await lastEpoch(workspace);
  const held = last === null ? null : await readLease(workspace, last);
  return held !== null && held.until_ms > nowMs;
}

async function lastEpoch(workspace: RunStore): Promise<number | null> {
  let last: number | null = null;
  for await (const paths of workspace.list(FOLDER)) {
    for (const path of paths) {
      const found = /^lease\/(\d+)\.json$/.exec(path)?.[1];
      if (found !== undefined) last = Math.max(last ?? 0, Number(found));
    }
  }
  return last;
}

/** null: it is gone or damaged, and holds nobody off. */
async function readLease(workspace: RunStore, epoch: number): Promise<LeaseFile | null> {
  const bytes = await workspace.get(pathOf(epoch));
  if (bytes === null) return null;
  try {
    return leaseSchema.parse(JSON.parse(openSeal(bytes, pathOf(epoch))));
  } catch {
    return null;
  }
}

function pathOf(epoch: number): string {
  return `${FOLDER}${String(epoch).padStart(9, '0')}.json`;
}

function encode(lease: LeaseFile): Uint8Array {
  return sealJson(JSON.stringify(lease));
}

function busy({ uri }: RunStore, { until_ms: untilMs }: LeaseFile): TransientError {
  return new TransientError(
    'WATCH_BUSY',
    `another process runs the nights of ${uri}: its lease holds until ${new Date(untilMs).toISOString()} and is renewed while it lives`,
  );
}
