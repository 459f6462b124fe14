// Chunks of any length -> slices of one length, so that what a damaged stream yields does not depend on how the network cut it.

/** Cuts a stream into slices of exactly `bytes` bytes; the last may be shorter. */
export async function* cutSlices(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of source) {
    let at = 0;
    while (pendingBytes + chunk.length - at >= bytes) {
      const take = bytes - pendingBytes;
      const piece = chunk.subarray(at, at + take);
      yield pending.length === 0 ? piece : Buffer.concat([...pending, piece]);
      at += take;
      pending = [];
      pendingBytes = 0;
    }
    if (at < chunk.length) {
      pending.push(Buffer.from(chunk.subarray(at)));
      pendingBytes += chunk.length - at;
    }
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}
