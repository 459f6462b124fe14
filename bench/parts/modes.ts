// What the live rule costs beside the complete hunt, and both in one pass: a hunt of which every event, or every twentieth, matches, in
// processor time of this process. All three read the same events, so that only the modes differ.

import { createMemoryArchive, createMemoryRunStore } from '@coldhunt/archive';
import { compileQuestionRules, createQuestion, openRun, runHunt, scanHere, type Question } from '@coldhunt/engine';
import { firstRule } from '../scan-archive.ts';

const EVENTS = 60_000;
const HOSTS = 20_000;
const DAYS = 20;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 1, 1);
/** Every fifth event is there too late for an execution every five minutes over nine. */
const DELAYS_MS = [5_000, 20_000, MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS];
const MODES = ['complete', 'parity', 'both'] as const satisfies readonly Question['mode'][];

/** `matching`: one event in so many matches. */
function eventsOf(matching: number): string {
  const lines: string[] = [];
  for (let at = 0; at < EVENTS; at += 1) {
    const timeMs = START_MS + Math.floor((at / EVENTS) * DAYS * 1_440) * MINUTE_MS + (at % 60) * 1_000;
    const iso = (ms: number): string => new Date(ms).toISOString();
    lines.push(
      JSON.stringify({
        '@timestamp': iso(timeMs),
        event: { kind: 'event', ingested: iso(timeMs + (DELAYS_MS[at % DELAYS_MS.length] ?? 0)) },
        host: { id: `host-${(at * 7_919) % HOSTS}`, name: 'bench' },
        process: { name: at % matching === 0 ? 'aws' : 'ls', args: ['a', 'b'] },
      }),
    );
  }
  return `${lines.join('\n')}\n`;
}

async function secondsOf(mode: Question['mode'], text: string): Promise<number> {
  const source = createMemoryArchive({ 'events.ndjson': text });
  const store = createMemoryRunStore();
  const { timestamp_override: _override, ...base } = firstRule();
  const rule = {
    ...base,
    query: 'process.name: aws',
    index: [],
    new_terms_fields: ['host.id'],
    history_window_start: 'now-7d',
    from: 'now-9m',
    interval: '5m',
  };
  const range = { from: new Date(START_MS + 7 * 1_440 * MINUTE_MS).toISOString(), to: null };
  const question = createQuestion({ mode, range, archives: [{ uri: source.uri }], rules: [rule] });
  const { run } = await openRun(store, question);
  const before = process.cpuUsage();
  await runHunt({
    run,
    store,
    sources: [source],
    rules: compileQuestionRules(question),
    runShards: scanHere([source], store),
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export async function measureModes(turns: number, say: (line: string) => void): Promise<void> {
  for (const matching of [1, 20]) {
    const text = eventsOf(matching);
    const found = new Map<Question['mode'], number[]>(MODES.map((mode) => [mode, []]));
    for (let turn = -1; turn < turns; turn += 1) {
      for (const mode of MODES) {
        const seconds = await secondsOf(mode, text);
        if (turn >= 0) found.get(mode)?.push(seconds);
      }
    }
    const median = (mode: Question['mode']): number =>
      found.get(mode)?.toSorted((a, b) => a - b)[Math.floor(turns / 2)] ?? 0;
    const [complete, parity, both] = MODES.map(median) as [number, number, number];
    say(
      `modes    ${EVENTS} events, one in ${matching} matches: complete ${complete.toFixed(2)} s of processor time, parity ${parity.toFixed(2)} s ` +
        `(${(parity / complete).toFixed(2)} times), both in one pass ${both.toFixed(2)} s: ${(both / (complete + parity)).toFixed(2)} of the two hunts (asked: less than 1)`,
    );
  }
}
