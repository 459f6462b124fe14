// The files of a run that must be the same bytes whoever did the work, wherever the run folder lies.

import type { RunStore } from '@coldhunt/core';

/** Path -> text; a file that is missing is missing here too. */
export async function readStoredAnswer(store: RunStore): Promise<Record<string, string>> {
  const paths = ['alerts.ndjson', 'unkeyed.ndjson', 'coverage.json'];
  for await (const page of store.list('scan/')) paths.push(...page.filter((path) => path.endsWith('.ledger.json')));
  const answer: Record<string, string> = {};
  for (const path of paths) {
    const bytes = await store.get(path);
    if (bytes !== null) answer[path] = Buffer.from(bytes).toString();
  }
  return answer;
}
