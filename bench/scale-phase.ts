// One phase of a hunt in a process of its own: `scale-phase.ts <dimension> <amount> <run folder> <file of lines> scan|reduce`. Prints what came of it.

import { openRunStore } from '@coldhunt/archive';
import {
  compileQuestionRules,
  createQuestion,
  openRun,
  planHunt,
  runHunt,
  ScanPreparation,
  scanShard,
} from '@coldhunt/engine';
import { DIMENSIONS } from './scale/dimensions.ts';
import { MADE_URI, madeSource } from './scale/made-object.ts';

const [name = '', amountText = '', folder = '', lines = '', phase = ''] = process.argv.slice(2);
const dimension = DIMENSIONS[name];
if (dimension === undefined) throw new Error(`no dimension ${name}`);
const { objects, rules, maxLineBytes } = dimension.hunt(Number(amountText), lines);
const source = madeSource(objects);
const store = openRunStore(folder);
const question = createQuestion({
  range: { from: null, to: null },
  archives: [{ uri: MADE_URI }],
  rules,
  options: maxLineBytes === undefined ? {} : { max_line_bytes: maxLineBytes },
});
const compiled = compileQuestionRules(question);
const { run } = await openRun(store, question);
const before = process.cpuUsage();
const counts = { lines: 0, matches: 0, alerts: 0, failed: 0 };
const plan = await planHunt({ question, store, sources: [source] });
if (phase === 'scan') {
  const preparation = new ScanPreparation({ run, rules: compiled });
  for await (const line of plan.lines()) {
    if (line.kind !== 'shard') continue;
    const options = { run, rules: compiled, preparation, sources: [source], store, listedAt: plan.done.listed_at };
    const { record } = await scanShard(line.shard, options);
    for (const { total } of Object.values(record.matches)) counts.matches += total;
    for (const object of record.objects) {
      counts.lines += object.lines.read;
      if (object.state === 'failed') counts.failed += 1;
    }
  }
} else {
  const { done } = await runHunt({ run, rules: compiled, store, sources: [source], runShards: async () => {} });
  counts.alerts = done.rules.reduce((sum, { alerts }) => sum + alerts, 0);
}
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ ...counts, cpuSeconds: (user + system) / 1e6 }));
