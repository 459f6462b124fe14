// A stream that is always asked for one chunk more than was taken, so that whoever makes the chunks (a decompressor in its own thread, the
// network) works while the last one is being searched.

/** The same chunks and the same error at the same place. One chunk more is held. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const chunks = source[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<T>> => {
    const next = chunks.next();
    // What is wrong is told when the chunk is taken.
    next.catch(() => {});
    return next;
  };
  let isEnded = false;
  try {
    let ahead = ask();
    for (;;) {
      const { value, done } = await ahead;
      if (done === true) {
        isEnded = true;
        return;
      }
      ahead = ask();
      yield value;
    }
  } finally {
    if (!isEnded) await chunks.return?.();
  }
}
