// Sorted streams of batches -> one sorted stream of batches. Waits only when a stream's batch is used up.

const BATCH = 512;

interface Cursor<T> {
  readonly iterator: AsyncIterator<readonly T[]>;
  readonly order: number;
  batch: readonly T[];
  at: number;
}

/** Equal items come in the order of their streams. Streams that are left early are closed. */
export async function* mergeSorted<T>(
  streams: readonly AsyncIterable<readonly T[]>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<readonly T[]> {
  const heap: Cursor<T>[] = [];
  const isBefore = (a: Cursor<T>, b: Cursor<T>): boolean =>
    (compare(a.batch[a.at] as T, b.batch[b.at] as T) || a.order - b.order) < 0;
  try {
    for (const [order, stream] of streams.entries()) {
      const cursor: Cursor<T> = { iterator: stream[Symbol.asyncIterator](), order, batch: [], at: 0 };
      heap.push(cursor);
      if (!(await refill(cursor))) heap.pop();
    }
    for (let i = (heap.length >> 1) - 1; i >= 0; i -= 1) sink(heap, i, isBefore);
    let merged: T[] = [];
    while (heap.length > 0) {
      const first = heap[0] as Cursor<T>;
      merged.push(first.batch[first.at] as T);
      first.at += 1;
      if (first.at === first.batch.length && !(await refill(first))) {
        const last = heap.pop() as Cursor<T>;
        if (heap.length > 0) heap[0] = last;
      }
      sink(heap, 0, isBefore);
      if (merged.length === BATCH) {
        yield merged;
        merged = [];
      }
    }
    if (merged.length > 0) yield merged;
  } finally {
    for (const { iterator } of heap) await iterator.return?.();
  }
}

async function refill<T>(cursor: Cursor<T>): Promise<boolean> {
  for (;;) {
    const next = await cursor.iterator.next();
    if (next.done === true) return false;
    if (next.value.length === 0) continue;
    cursor.batch = next.value;
    cursor.at = 0;
    return true;
  }
}

function sink<T>(heap: Cursor<T>[], from: number, isBefore: (a: Cursor<T>, b: Cursor<T>) => boolean): void {
  let at = from;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right] as Cursor<T>, heap[left] as Cursor<T>) ? right : left;
    const above = heap[at] as Cursor<T>;
    const below = heap[child] as Cursor<T>;
    if (!isBefore(below, above)) return;
    heap[at] = below;
    heap[child] = above;
    at = child;
  }
}
