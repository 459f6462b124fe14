// Lists and plans a bucket in a process of its own, and prints how long it took.

import { createMemoryRunStore, openArchive } from '@coldhunt/archive';
import { createQuestion, openRun, planHunt } from '@coldhunt/engine';
import { firstRule } from './scan-archive.ts';

const [endpoint = ''] = process.argv.slice(2);
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
const source = openArchive('s3://bench/', { s3: { endpoint, forcePathStyle: true, region: 'us-east-1', credentials } });
const store = createMemoryRunStore();
const begun = performance.now();
const question = createQuestion({
  range: { from: '2026-01-15T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
  archives: [{ uri: source.uri, layout: 'logs/%Y/%m/%d/%H/*' }],
  rules: [firstRule()],
});
await openRun(store, question);
const { done } = await planHunt({ question, store, sources: [source] });
const seconds = (performance.now() - begun) / 1000;
await source.close?.();
const { listed, selected, shards } = done;
console.log(JSON.stringify({ seconds, listed: listed.objects, selected: selected.objects, shards }));
