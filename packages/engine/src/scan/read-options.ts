// How an object is opened for the rules of a scan: whoever looks at events as a scan does reads them as a scan does.

import type { ByteRange } from '@coldhunt/core';
import type { openObject } from '@coldhunt/formats';
import type { ScanContext } from './scan-context.ts';

/** `range`: what is owned of the object; null: all of it. */
export function readOptionsOf(
  scan: ScanContext,
  range: ByteRange | null,
  signal?: AbortSignal,
): Parameters<typeof openObject>[1] {
  return {
    range,
    fields: scan.fields,
    scanner: scan.scanner,
    requirement: scan.requirement,
    lineFilter: scan.lineFilter,
    memory: scan.memory,
    eventsEndWithBatch: true,
    maxLineBytes: scan.question.options.max_line_bytes,
    ...(scan.waivedLines.size === 0 ? {} : { watchedLines: scan.waivedLines }),
    timeField: scan.timePath,
    ...(signal === undefined ? {} : { signal }),
  };
}
