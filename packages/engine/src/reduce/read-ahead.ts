// Reads some items ahead, and gives what was read in order: a store answers many small requests at once as fast as one.

/** At most `atOnce` reads are under way. The first error is thrown in its turn. */
export async function* readAhead<From, To>(
  items: AsyncIterable<From>,
  atOnce: number,
  read: (item: From) => Promise<To>,
): AsyncGenerator<To> {
  const waiting: Promise<To>[] = [];
  try {
    for await (const item of items) {
      const reading = read(item);
      // Seen now, thrown when its turn comes: no rejection goes unhandled meanwhile.
      reading.catch(() => {});
      waiting.push(reading);
      if (waiting.length >= atOnce) yield await (waiting.shift() as Promise<To>);
    }
    while (waiting.length > 0) yield await (waiting.shift() as Promise<To>);
  } finally {
    await Promise.allSettled(waiting);
  }
}
