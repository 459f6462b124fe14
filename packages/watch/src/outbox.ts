// What sinks have not been told yet. Nights and their corrections stand in the workspace for good: an outbox is no more than how far each
// sink is, written after each night that it took. One that is down is told later, in order, and holds off nobody.

import {
  openSeal,
  sealJson,
  stringifyDocument,
  toAppError,
  type AppError,
  type Document,
  type RunStore,
} from '@coldhunt/core';
import { readAlerts } from '@coldhunt/engine';
import type { Batch, Delivery, Sink } from '@coldhunt/sinks';
import { z } from 'zod';
import { folderStore } from './folder-store.ts';
import { lastNight, nightFolder, readNight, type Night } from './night-file.ts';
import { CORRECTIONS_PATH } from './run-night.ts';

const cursorSchema = z.object({ night: z.number().int().nonnegative() });
const correctionSchema = z.object({
  kind: z.enum(['added', 'superseded', 'withdrawn']),
  uuid: z.string().optional(),
  why: z.string(),
});
const ID_CHARS = 16;

export interface DeliverOptions {
  readonly workspace: RunStore;
  readonly sinks: readonly Sink[];
  readonly signal?: AbortSignal;
}

export interface Delivered {
  readonly sink: string;
  /** Nights that it was told of now, and those that it has still to be told of. */
  readonly nights: number;
  readonly pending: number;
  /** Deliveries that it will never take: they lie in dead-letter/<sink>/. */
  readonly rejected: number;
  /** Why it was told no more; null: it was told everything. */
  readonly error: AppError | null;
}

/** Tells every sink what it has not been told. Throws nothing for a sink that is down. */
export async function deliverNights({ workspace, sinks, signal }: DeliverOptions): Promise<readonly Delivered[]> {
  const last = (await lastNight(workspace))?.number ?? 0;
  return Promise.all(
    sinks.map(async (sink): Promise<Delivered> => {
      let told = await cursorOf(workspace, sink.name);
      const before = told;
      let rejected = 0;
      try {
        for (let number = told + 1; number <= last; number += 1) {
          signal?.throwIfAborted();
          const batch = await batchOf(workspace, await readNight(workspace, number));
          const refuse: Parameters<Sink['deliver']>[1] = async ({ delivery, reason }) => {
            rejected += 1;
            const path = `dead-letter/${sink.name}/${delivery.id}.json`;
            await workspace.put(
              path,
              Buffer.from(`${stringifyDocument({ reason, delivery: delivery as unknown as Document })}\n`),
            );
          };
          await sink.deliver(batch, refuse, signal);
          await workspace.put(cursorPath(sink.name), sealJson(JSON.stringify({ night: number })));
          told = number;
        }
        return { sink: sink.name, nights: told - before, pending: 0, rejected, error: null };
      } catch (error) {
        const known = toAppError(error);
        return { sink: sink.name, nights: told - before, pending: last - told, rejected, error: known };
      }
    }),
  );
}

/** How many nights each sink has still to be told of. */
export async function pendingNights(
  workspace: RunStore,
  sinks: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const last = (await lastNight(workspace))?.number ?? 0;
  const pending = await Promise.all(
    sinks.map(async (name) => [name, last - (await cursorOf(workspace, name))] as const),
  );
  return Object.fromEntries(pending);
}

function cursorPath(sink: string): string {
  return `outbox/${sink}.json`;
}

/** A cursor that is damaged begins anew: what was delivered has an id that says so. */
async function cursorOf(workspace: RunStore, sink: string): Promise<number> {
  const bytes = await workspace.get(cursorPath(sink));
  if (bytes === null) return 0;
  try {
    return cursorSchema.parse(JSON.parse(openSeal(bytes, cursorPath(sink)))).night;
  } catch {
    return 0;
  }
}

async function batchOf(workspace: RunStore, night: Night): Promise<Batch> {
  const store = folderStore(workspace, nightFolder(night.number));
  const { added, superseded, withdrawn } = night.corrections;
  const id = `night-${night.run_id.slice(0, ID_CHARS)}`;
  return {
    id,
    from: night.from,
    to: night.to,
    complete: night.complete,
    verdict: await verdictOf(store),
    total: night.alerts + added + superseded + withdrawn,
    deliveries: () => deliveriesOf(store, id),
  };
}

async function* deliveriesOf(store: RunStore, night: string): AsyncGenerator<Delivery> {
  for await (const alert of readAlerts(store))
    yield { id: `${night}-${String(alert['kibana.alert.uuid'])}`, kind: 'alert', alert };
  for await (const line of readAlerts(store, CORRECTIONS_PATH)) {
    const { kind, uuid, why } = correctionSchema.parse(line);
    const alert = line['alert'] as Document | undefined;
    yield {
      id: `${night}-${kind}-${uuid ?? String(alert?.['kibana.alert.uuid'])}`,
      kind,
      why,
      ...(uuid === undefined ? {} : { old_uuid: uuid }),
      ...(alert === undefined ? {} : { alert }),
    };
  }
}

async function verdictOf(store: RunStore): Promise<string> {
  const bytes = await store.get('summary.json');
  const summary =
    bytes === null ? {} : (JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly verdict?: unknown });
  return typeof summary.verdict === 'string' ? summary.verdict : '';
}
