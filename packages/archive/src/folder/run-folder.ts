// Which files below a folder of an archive are those of a coldhunt run: alerts and matches of an earlier hunt are no events. Other files
// that lie in such a folder are objects like any other.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const HEAD_BYTES = 1024;
/** What run.json begins with, as the engine writes it. */
const RUN_HEAD = /^\{\s*"format":\s*\d+,\s*"run_id":\s*"[0-9a-f]{64}",\s*"generation":\s*\d+,\s*"question":\s*\{/;
const RUN_FILE =
  /^(?:run\.json|(?:plan|scan|reduce)\/.+|alerts\.[a-z0-9-]+|(?:unkeyed\.ndjson|summary\.json|coverage\.json|report\.html))$/s;

/** Whether a file with this path below a run folder is one that a hunt leaves. */
export function isRunFile(path: string): boolean {
  return RUN_FILE.test(path);
}

/** Whether this run.json is one of ours. One that cannot be read is not. */
export async function isRunDescription(path: Buffer): Promise<boolean> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return RUN_HEAD.test(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return false;
  }
}
