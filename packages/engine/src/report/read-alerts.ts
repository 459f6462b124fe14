// alerts.ndjson of a run -> alert documents or their lines, one at a time.

import { InputError, parseDocument, type Document, type RunStore } from '@coldhunt/core';

/** The alerts in the order of the file. Throws RUN_INVALID for a line that is no document, RUN_UNFINISHED when there is no file. */
export async function* readAlerts(store: RunStore, path = 'alerts.ndjson'): AsyncIterable<Document> {
  let number = 0;
  for await (const line of readAlertLines(store, path)) {
    number += 1;
    try {
      yield parseDocument(line);
    } catch (error) {
      throw new InputError('RUN_INVALID', `${store.uri}/${path} line ${number} is not a JSON document`, {
        cause: error,
      });
    }
  }
}

/** The same as they stand in the file, unread. */
export function readAlertLines(store: RunStore, path = 'alerts.ndjson'): AsyncIterable<string> {
  return readLines(store.stream(path));
}

/** Lines of UTF-8 text, without their line feeds; blank lines are left out. */
async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
