// Ends a connection in whatever state it is.

import type { Redis } from 'ioredis';

/** Commands that wait on it fail, and nothing of it keeps the process alive. */
export function endConnection(redis: Redis): void {
  // While ioredis pauses before its next try, disconnect() only stops the clock: the commands would wait for ever. Of a try that is
  // called off as soon as it has begun they are told.
  if (redis.status === 'reconnecting') redis.connect().catch(() => undefined);
  redis.disconnect();
}
