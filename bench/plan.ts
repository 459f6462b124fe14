// Listing and planning N objects from a generated listing: seconds and peak memory. `node bench/plan.ts [objects]`, default 100,000.

import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunStore } from '@coldhunt/archive';
import type { ListedObject, ObjectSource } from '@coldhunt/core';
import { createQuestion, planHunt, readPlan } from '@coldhunt/engine';
import type { Rule } from '@coldhunt/rules';

const OBJECTS = Number(process.argv[2] ?? 100_000);
const PAGE = 1_000;
const URI = 's3://bench/archive';
const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const HOSTS = 200;

function objectOf(index: number): ListedObject {
  const hour = new Date(START + Math.floor(index / HOSTS) * HOUR).toISOString();
  const key = `events/${hour.slice(0, 10).replaceAll('-', '/')}/${hour.slice(11, 13)}/host-${index % HOSTS}-8c5d0e1e-3f0b-4a2c-8f0f-0123456789ab.ndjson.gz`;
  return {
    uri: `${URI}/${key}`,
    key,
    // One of 500 is large enough to be cut.
    size: index % 500 === 0 ? 300_000_000 : 400_000 + (index % 7) * 100_000,
    etag: `"${index.toString(16).padStart(32, '0')}"`,
    lastModifiedMs: START,
    storageClass: index % 3 === 0 ? 'STANDARD_IA' : 'STANDARD',
    isArchived: false,
  };
}

const source: ObjectSource = {
  uri: URI,
  async *list() {
    for (let from = 0; from < OBJECTS; from += PAGE) {
      // As after the answer of a server: the event loop turns.
      await new Promise((resolve) => setImmediate(resolve));
      yield Array.from({ length: Math.min(PAGE, OBJECTS - from) }, (_, index) => objectOf(from + index));
    }
  },
  open() {
    throw new Error('a plan reads listings only');
  },
};

const rule = (id: string, window: string): Rule => ({
  rule_id: id,
  name: id,
  description: id,
  type: 'new_terms',
  language: 'kuery',
  query: 'process.name: "aws"',
  filters: [],
  index: [],
  new_terms_fields: ['host.id'],
  history_window_start: window,
  from: 'now-9m',
  to: 'now',
  interval: '5m',
  max_signals: 100,
  severity: 'medium',
  severity_mapping: [],
  risk_score: 47,
  risk_score_mapping: [],
  exceptions_list: [],
  threat: [],
  tags: [],
  references: [],
  author: [],
  false_positives: [],
  version: 1,
});

const folder = await mkdtemp(join(tmpdir(), 'coldhunt-plan-'));
try {
  const question = createQuestion({
    range: { from: '2026-01-08T00:00:00.000Z', to: null },
    archives: [{ uri: URI, layout: 'events/%Y/%m/%d/%H/*' }],
    rules: [rule('week', 'now-7d'), rule('three-days', 'now-3d')],
  });
  const store = openRunStore(folder);
  const started = performance.now();
  const plan = await planHunt({ question, sources: [source], store });
  const planned = performance.now();
  let shards = 0;
  for await (const line of (await readPlan(store)).lines()) if (line.kind === 'shard') shards += 1;
  const read = performance.now();
  console.log(
    [
      `plan: ${plan.done.listed.objects} objects`,
      `${plan.done.selected.objects} selected`,
      `${shards} shards`,
      `${plan.done.parts.length} parts`,
      `planned in ${((planned - started) / 1000).toFixed(2)} s`,
      `read back in ${((read - planned) / 1000).toFixed(2)} s`,
      `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
    ].join(', '),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
