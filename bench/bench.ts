// `npm run bench`: every figure that is promised, a line each. `--quick`: those of speed in this process, in about two minutes; `--speed`, `--process`,
// `--rules`, `--plan`, `--memory`: only that part; `--formats plain,gzip`: only those of plain, gzip, zstd and parquet;
// `--elastic-rules <folder>` or COLDHUNT_ELASTIC_RULES: a checkout of Elastic's rules for the rows of real rules. Ratios within one run are what counts: absolute figures change with the machine.

import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS, FORMATS, prepareCorpus } from './corpus.ts';
import { createRival } from './duckdb-hunt.ts';
import { measureMemory } from './parts/memory.ts';
import { measureManyRules } from './parts/many-rules.ts';
import { measurePlan } from './parts/plan.ts';
import { measureRealRules } from './parts/real-rules.ts';
import { measureSearch } from './parts/search.ts';
import { measureSpeed } from './parts/speed.ts';
import { measureWholeProcess } from './parts/whole-process.ts';

const PARTS = ['speed', 'process', 'rules', 'plan', 'memory'] as const;
const QUICK = ['speed'];
const TURNS = 5;

const {
  formats: formatList,
  'elastic-rules': elasticRules,
  ...flags
} = parseArgs({
  options: {
    formats: { type: 'string', default: FORMATS.join(',') },
    'elastic-rules': { type: 'string', default: process.env['COLDHUNT_ELASTIC_RULES'] },
    ...Object.fromEntries(['quick', ...PARTS].map((name) => [name, { type: 'boolean' }] as const)),
  } as const,
}).values as Readonly<Record<string, boolean | undefined>> & {
  readonly formats: string;
  readonly 'elastic-rules': string | undefined;
};
const formats = FORMATS.filter((format) => formatList.split(',').includes(format));
const asked = PARTS.filter((part) => flags[part] === true);
const parts: readonly string[] = asked.length > 0 ? asked : flags['quick'] === true ? QUICK : PARTS;
const lines: string[] = [];

function say(line: string): void {
  lines.push(line);
  console.log(line);
}

const cache = join(import.meta.dirname, '..', '.cache', 'bench');
const corpus = await prepareCorpus(cache);
const rival = await createRival();
const load = (): string =>
  loadavg()
    .map((figure) => figure.toFixed(1))
    .join(' ');
say(
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `Node ${process.versions.node}, DuckDB ${await rival.version()}; load before ${load()}; medians of ${TURNS} turns after a warm-up; ${formats.join(', ')}`,
);
say(
  `${CORPUS.events} Elastic Defend process events, ${Math.round(corpus.plainBytes / 1e6)} MB plain, ${CORPUS.matches} of them match the first rule`,
);
if (parts.includes('speed')) await measureSearch(corpus, TURNS, say);
if (parts.includes('speed')) await measureSpeed({ corpus, rival, formats, turns: TURNS, say });
if (parts.includes('process')) await measureWholeProcess({ corpus, formats, turns: TURNS, say });
if (parts.includes('rules')) await measureManyRules(corpus, TURNS, say);
if (parts.includes('rules')) await measureRealRules(corpus, { pack: elasticRules, turns: TURNS, say });
if (parts.includes('plan')) await measurePlan(say);
if (parts.includes('memory')) await measureMemory({ corpus, cache, formats, say });
say(`load after ${load()}`);
rival.close();

if (parts.length === PARTS.length) {
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'last-full-run.txt'), `${lines.join('\n')}\n`);
}
