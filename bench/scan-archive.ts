// A folder -> planned and scanned in this thread, as a worker scans: the product's own plan and shard function. Started by itself with a
// folder it prints what it found.

import { createMemoryRunStore, openArchive, type S3Options } from '@coldhunt/archive';
import {
  compileQuestionRules,
  createQuestion,
  openRun,
  planHunt,
  ScanPreparation,
  scanShard,
  type RuleEffort,
} from '@coldhunt/engine';
import { builtinRules, createFieldTypes, type Rule } from '@coldhunt/rules';

export interface ScanCounts {
  matches: number;
  lines: number;
  searched: number;
  decompressedBytes: number;
  /** Of the shards, without planning. */
  scanSeconds: number;
  /** Of all threads of this process, meanwhile. */
  scanCpuSeconds: number;
  /** What each rule that was looked at took, the costliest first. */
  effort: readonly RuleEffort[];
}

/** The built-in rule: AWS SSM SendCommand. */
export function firstRule(): Rule {
  const [rule] = builtinRules(createFieldTypes());
  if (rule === undefined) throw new Error('there is no built-in rule');
  return rule;
}

/** Plans, then scans every shard one after another. Throws when an object fails. `archive`: a folder, or s3:// with `s3`. */
export async function scanArchive(
  archive: string,
  rules: readonly Rule[] = [firstRule()],
  s3?: S3Options,
): Promise<ScanCounts> {
  const source = openArchive(archive, s3 === undefined ? {} : { s3 });
  const store = createMemoryRunStore();
  const question = createQuestion({ range: { from: null, to: null }, archives: [{ uri: source.uri }], rules });
  const { run } = await openRun(store, question);
  const sources = [source];
  const compiled = compileQuestionRules(question);
  const options = { run, rules: compiled, preparation: new ScanPreparation({ run, rules: compiled }), sources, store };
  const counts: ScanCounts = {
    matches: 0,
    lines: 0,
    searched: 0,
    decompressedBytes: 0,
    scanSeconds: 0,
    scanCpuSeconds: 0,
    effort: [],
  };
  const plan = await planHunt({ question, store, sources });
  for await (const line of plan.lines()) {
    if (line.kind === 'skipped') throw new Error(`${line.object.uri} was left out: ${line.object.reason}`);
    const before = process.cpuUsage();
    const { record, stats } = await scanShard(line.shard, { ...options, listedAt: plan.done.listed_at });
    const { user, system } = process.cpuUsage(before);
    counts.scanCpuSeconds += (user + system) / 1e6;
    counts.scanSeconds += stats.seconds;
    counts.effort = addEffort(counts.effort, stats.rules);
    for (const { total } of Object.values(record.matches)) counts.matches += total;
    for (const object of record.objects) {
      if (object.state === 'failed') throw new Error(`${object.uri}: ${object.reason}: ${object.message}`);
      counts.lines += object.lines.read;
      counts.searched += object.lines.searched;
      counts.decompressedBytes += object.decompressed_bytes;
    }
  }
  await source.close?.();
  return counts;
}

function addEffort(before: readonly RuleEffort[], more: readonly RuleEffort[]): readonly RuleEffort[] {
  const sums = new Map(before.map((each) => [each.rule_id, each]));
  for (const each of more) {
    const { candidates, seconds } = sums.get(each.rule_id) ?? { candidates: 0, seconds: 0 };
    sums.set(each.rule_id, { ...each, candidates: candidates + each.candidates, seconds: seconds + each.seconds });
  }
  return [...sums.values()].toSorted((a, b) => b.seconds - a.seconds || b.candidates - a.candidates);
}

export async function countMatches(folder: string, rules?: readonly Rule[]): Promise<number> {
  return (await scanArchive(folder, rules)).matches;
}

if (import.meta.main) {
  const begun = performance.now();
  const counts = await scanArchive(process.argv[2] ?? '.');
  const seconds = (performance.now() - begun) / 1000;
  console.log(JSON.stringify({ ...counts, seconds }));
}
