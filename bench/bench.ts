// `npm run bench`: every figure that is promised, a line each, in about twelve minutes. `--quick`: those of speed in this process, in about two;
// `--speed`, `--process`, `--rules`, `--real-rules`, `--objects`, `--plan`, `--reducer`, `--modes`, `--memory`: only that part; `--profile`: where the time of a scan goes;
// `--formats plain,gzip`: only those of plain, gzip, zstd, parquet and snappy; `--matches <n>`: so many through the reducer (400,000);
// `--memory-of-nights <terms>`: what a night carries on, and only that (10 million take minutes, and 2 GB of disk);
// `--elastic-rules <folder>` or COLDHUNT_ELASTIC_RULES: the folder of rules in a checkout of Elastic's, for the rows of real rules (where one lies beside
// this checkout it is found). Ratios within one run are what counts: absolute figures change with the machine.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS, FORMATS, prepareCorpus } from './corpus.ts';
import { createRival } from './duckdb-hunt.ts';
import { measureMemory } from './parts/memory.ts';
import { measureMemoryOfNights } from './parts/memory-of-nights.ts';
import { measureManyRules } from './parts/many-rules.ts';
import { measureModes } from './parts/modes.ts';
import { measurePlan } from './parts/plan.ts';
import { measureProfile } from './parts/profile.ts';
import { measureRealRules } from './parts/real-rules.ts';
import { measureReducer } from './parts/reducer.ts';
import { measureScale } from './parts/scale.ts';
import { measureSearch } from './parts/search.ts';
import { measureSmallObjects } from './parts/small-objects.ts';
import { measureSpeed } from './parts/speed.ts';
import { measureUnsearchable } from './parts/unsearchable.ts';
import { measureWholeProcess } from './parts/whole-process.ts';

const PARTS = ['speed', 'process', 'rules', 'real-rules', 'objects', 'plan', 'reducer', 'modes', 'memory'] as const;
const QUICK = ['speed'];
/** Of rules: each turn takes long, and the shares hardly change. */
const FEW_TURNS = 3;

const {
  formats: formatList,
  matches,
  'elastic-rules': elasticRules,
  'memory-of-nights': terms,
  ...flags
} = parseArgs({
  options: {
    formats: { type: 'string', default: FORMATS.join(',') },
    matches: { type: 'string', default: '400000' },
    'memory-of-nights': { type: 'string' },
    'elastic-rules': { type: 'string', default: process.env['COLDHUNT_ELASTIC_RULES'] ?? elasticRulesBeside() },
    ...Object.fromEntries(['quick', 'profile', ...PARTS].map((name) => [name, { type: 'boolean' }] as const)),
  } as const,
}).values as Readonly<Record<string, boolean | undefined>> & {
  readonly formats: string;
  readonly matches: string;
  readonly 'elastic-rules': string | undefined;
  readonly 'memory-of-nights': string | undefined;
};
const formats = FORMATS.filter((format) => formatList.split(',').includes(format));
const asked = PARTS.filter((part) => flags[part] === true);
const isQuick = flags['quick'] === true;
const parts: readonly string[] =
  terms !== undefined
    ? ['memory-of-nights']
    : asked.length > 0
      ? asked
      : flags['profile'] === true
        ? ['profile']
        : isQuick
          ? QUICK
          : PARTS;
const turns = isQuick ? FEW_TURNS : 5;
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
    `Node ${process.versions.node}, DuckDB ${await rival.version()}; load before ${load()}; medians of ${turns} turns after a warm-up; ${formats.join(', ')}`,
);
say(
  `${CORPUS.events} Elastic Defend process events, ${Math.round(corpus.plainBytes / 1e6)} MB plain, ${CORPUS.matches} of them match the first rule`,
);
if (terms !== undefined) await measureMemoryOfNights({ cache, terms: Number(terms), say });
if (parts.includes('profile')) await measureProfile({ corpus, formats, say });
if (parts.includes('speed')) await measureSearch(corpus, turns, say);
if (parts.includes('speed')) await measureSpeed({ corpus, rival, formats, turns, say });
if (parts.includes('process')) await measureWholeProcess({ corpus, formats, turns, say });
if (parts.includes('rules')) {
  await measureManyRules(corpus, FEW_TURNS, say);
  await measureUnsearchable({ corpus, rival, turns: FEW_TURNS, say });
}
if (parts.includes('real-rules')) await measureRealRules(corpus, { pack: elasticRules, turns: FEW_TURNS, say });
if (parts.includes('objects')) await measureSmallObjects({ corpus, cache, say });
if (parts.includes('plan')) await measurePlan(say);
if (parts.includes('reducer')) await measureReducer({ cache, matches: Number(matches), say });
if (parts.includes('modes')) await measureModes(FEW_TURNS, say);
if (parts.includes('memory')) await measureMemory({ corpus, cache, formats, say });
if (flags['memory'] === true) await measureScale({ lines: corpus.plain, say });
say(`load after ${load()}`);
rival.close();

const results = join(import.meta.dirname, 'results');
const [only] = asked;
if (parts.length === PARTS.length) await keep('last-full-run.txt');
else if (only !== undefined && asked.length === 1) await keep(`last-${only}-run.txt`);

async function keep(name: string): Promise<void> {
  await mkdir(results, { recursive: true });
  await writeFile(join(results, name), `${lines.join('\n')}\n`);
}

/** As the tests look for it. */
function elasticRulesBeside(): string | undefined {
  const folder = join(import.meta.dirname, '..', '..', 'shared', 'data', 'elastic-rules', 'rules');
  return existsSync(folder) ? folder : undefined;
}
