// Writes to a stream and waits while its buffer is full, so that a slow reader slows us down instead of filling memory.

import { once } from 'node:events';

export async function writeOut(stream: NodeJS.WritableStream, chunk: string | Uint8Array): Promise<void> {
  if (!stream.write(chunk)) await once(stream, 'drain');
}
