// Where the time of a scan goes, by sampling the thread that scans: shares of its time by part of the product. What other threads do for it
// (reading files, decompressing streams) is waiting here, and processor time of the whole.

import { dirname } from 'node:path';
import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';
import { isParquet, type Corpus, type Format } from '../corpus.ts';
import { onlyDecompress, searchPlain } from '../raw-limit.ts';
import { countMatches } from '../scan-archive.ts';
import { ratio } from './speed.ts';

const WARM_UPS = 2;
const SCANS = 3;
const INTERVAL_US = 250;
/** Shares below are told together. */
const LEAST_SHARE = 0.01;

export interface ProfileOptions {
  readonly corpus: Corpus;
  readonly formats: readonly Format[];
  readonly say: (line: string) => void;
}

export async function measureProfile({ corpus, formats, say }: ProfileOptions): Promise<void> {
  for (const format of formats) {
    const scan = (): Promise<number> => countMatches(dirname(corpus[format]));
    for (let turn = 0; turn < WARM_UPS; turn += 1) await scan();
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await session.post('Profiler.start');
    const begun = performance.now();
    const cpu = process.cpuUsage();
    for (let turn = 0; turn < SCANS; turn += 1) await scan();
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - begun) / 1000 / SCANS;
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    const limit = await limitOf(format, corpus);
    say(
      `profile  ${format.padEnd(8)} ${seconds.toFixed(2)} s a scan, CPU of all threads ${((user + system) / 1e6 / SCANS).toFixed(2)} s` +
        (limit === null
          ? ''
          : `, the raw limit takes ${limit.toFixed(2)} s: ${ratio(limit, seconds)} of it is reached`),
    );
    for (const [part, share] of sharesOf(profile)) say(`profile  ${format.padEnd(8)} ${percent(share)} ${part}`);
  }
}

async function limitOf(format: Format, corpus: Corpus): Promise<number | null> {
  if (isParquet(format)) return null;
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < SCANS; turn += 1) {
    const begun = performance.now();
    await (format === 'gzip' || format === 'zstd' ? onlyDecompress(corpus[format], format) : searchPlain(corpus.plain));
    best = Math.min(best, (performance.now() - begun) / 1000);
  }
  return best;
}

function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly (readonly [string, number])[] {
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id) ?? 'unknown';
    const time = timeDeltas[index] ?? 0;
    times.set(part, (times.get(part) ?? 0) + time);
    total += time;
  }
  const ordered = [...times].map(([part, time]) => [part, time / total] as const).toSorted((a, b) => b[1] - a[1]);
  const told = ordered.filter(([, share]) => share >= LEAST_SHARE);
  const rest = ordered.reduce((sum, [, share]) => sum + (share < LEAST_SHARE ? share : 0), 0);
  return [...told, ['the rest', rest]];
}

function partOf({ functionName, url }: { readonly functionName: string; readonly url: string }): string {
  if (functionName === '(idle)') return 'waiting for other threads: files read, streams decompressed';
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === 'writeSync' || url === 'node:zlib') return "Node's decompressor in this thread";
  if (url.startsWith('wasm:')) return 'search of raw bytes (WebAssembly)';
  const [, own] = /\/packages\/([\w-]+\/src(?:\/[\w-]+(?=\/))?)/.exec(url) ?? [];
  if (own !== undefined) return own.replace('/src', '');
  if (url === '') return `Node, native (${functionName === 'read' ? 'read' : 'others'})`;
  return url.startsWith('node:') ? 'Node, its own JavaScript' : 'packages of others';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`.padStart(5);
}
