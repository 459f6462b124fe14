// What a terminal gets and gives, through a pseudo-terminal that `script` opens: progress and summary, and Ctrl-C as it comes from one, to the
// whole foreground group.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRunStore } from '@coldhunt/archive';
import { startFaultProxy, type FaultProxy } from '@coldhunt/archive/test/fault-proxy';
import { until } from '../end-to-end/fleet.ts';
import { readAnswer } from '../end-to-end/read-answer.ts';
import { coldhunt, ROOT } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';

const CTRL_C = '\u0003';
const COLUMNS = 70;
const BOLD = '\u001b[1m';
const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const ARCHIVE = 's3://logs/events';
const LINE = `${JSON.stringify({
  '@timestamp': '2026-02-01T00:00:00Z',
  event: { category: ['process'], type: ['start'], action: 'exec' },
  host: { id: 'h', os: { type: 'linux' } },
  process: { args: ['send-command', '--parameters', 'AWS-RunShellScript', 'commands=id'] },
})}\n`;

let folder: string;
let server: S3Server;
let proxy: FaultProxy;
let env: Record<string, string>;
let release: () => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-terminal-'));
  server = await startS3();
  proxy = await startFaultProxy(Number(new URL(server.endpoint).port));
  env = { ...server.env, COLDHUNT_S3_ENDPOINT: proxy.endpoint };
  server.createBucket('logs');
  const credentials = { accessKeyId: 'demo', secretAccessKey: 'demo-secret' };
  const s3 = { endpoint: server.endpoint, forcePathStyle: true, region: 'us-east-1', credentials };
  const store = openRunStore(ARCHIVE, { s3 });
  // More than one shard, so that a drained hunt leaves some.
  for (let number = 0; number < 300; number += 1)
    await store.put(`${String(number).padStart(3, '0')}.ndjson`, Buffer.from(LINE));
  await store.close?.();
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await proxy.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Terminal {
  type(text: string): void;
  readonly screen: () => string;
  readonly ended: Promise<number | null>;
}

/** A hunt in a terminal, whose first object does not come before `release`. */
async function huntInTerminal(out: string, terminal: Readonly<Record<string, string>> = {}): Promise<Terminal> {
  const held = Promise.withResolvers<void>();
  release = () => held.resolve();
  proxy.fail({
    fits: ({ url }) => url.split('?')[0] === '/logs/events/000.ndjson',
    times: 1000,
    act: { kind: 'wait', until: held.promise },
  });
  const words = [join(ROOT, 'node_modules', '.bin', 'node'), join(ROOT, 'node_modules', '.bin', 'coldhunt'), 'scan'];
  words.push('--archive', ARCHIVE, '--rule', RULE, '--workers', '1', '--out', out);
  const command = `stty cols ${COLUMNS}; exec ${words.map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    env: { ...process.env, CI: '', NO_COLOR: '', TERM: 'xterm', ...env, ...terminal },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await until(
    () => proxy.seen.some(({ url }) => url.includes('/000.ndjson')),
    () => screen,
  );
  return { type: (text) => child.stdin.write(text), screen: () => screen, ended };
}

/** Held until the scan is shown, then let go on to its end. */
async function wholeScreen(out: string, terminal: Readonly<Record<string, string>>): Promise<string> {
  const hunt = await huntInTerminal(join(folder, out), terminal);
  await until(() => /scanning +\S/.test(hunt.screen()), hunt.screen, 10_000);
  release();
  expect(await hunt.ended, hunt.screen()).toBe(0);
  return hunt.screen();
}

describe('a hunt in a terminal', () => {
  it('has one line that is rewritten, then a table, and the verdict last', async () => {
    const screen = await wholeScreen('seen', {});
    const drawn = screen.split('\r').filter((text) => text.startsWith('scanning'));
    expect(drawn.length).toBeGreaterThan(0);
    for (const line of drawn) expect(stripVTControlCharacters(line).trimEnd().length).toBeLessThan(COLUMNS);
    expect(drawn[0]).toMatch(/0%.*match/);
    const lines = screen.replaceAll('\r', '').trimEnd().split('\n');
    expect(lines.some((line) => /rule +alerts +known +copies/.test(line))).toBe(true);
    // The verdict, in bold, broken where the terminal ends.
    expect(lines.at(-1)?.startsWith(BOLD)).toBe(true);
    const told = lines.slice(lines.findLastIndex((line) => line === '')).join(' ');
    expect(stripVTControlCharacters(told).replaceAll(/\s+/g, ' ')).toMatch(
      /^ Nothing found by 1 rule; everything that was asked was examined: 300 objects and 300 lines\.$/,
    );
  });

  it('has no colour with NO_COLOR', async () => {
    const screen = await wholeScreen('grey', { NO_COLOR: '1' });
    // The rest of a line is wiped, and that is all.
    expect(stripVTControlCharacters(screen)).toBe(screen.replaceAll('\u001b[K', ''));
  });

  it('is told in plain lines where it is read aloud', async () => {
    const screen = await wholeScreen('heard', { TERM: 'dumb' });
    expect(stripVTControlCharacters(screen)).toBe(screen);
    expect(screen).not.toMatch(/[━▁▂▃▄▅▆▇█]/);
    expect(screen).toMatch(/(?:^|\n)scanning {2}0%.*\r\n/);
  });

  it('is silent about its progress in CI', async () => {
    const hunt = await huntInTerminal(join(folder, 'ci'), { CI: 'true' });
    release();
    expect(await hunt.ended, hunt.screen()).toBe(0);
    expect(hunt.screen()).not.toContain('scanning  ');
  });
});

async function expectResumable(out: string): Promise<void> {
  const calm = join(folder, 'calm');
  const args = ['scan', '--archive', ARCHIVE, '--rule', RULE, '--quiet', '--out', calm, '--clobber'];
  expect((await coldhunt(args, { env })).code).toBe(0);
  const resumed = await coldhunt(['resume', out], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await readAnswer(out)).toEqual(await readAnswer(calm));
}

describe('Ctrl-C in a terminal', () => {
  it('once: ends what is under way, begins nothing new, and leaves a run that goes on', async () => {
    const out = join(folder, 'once');
    const terminal = await huntInTerminal(out);
    terminal.type(CTRL_C);
    await until(() => /SIGINT/.test(terminal.screen()), terminal.screen);
    release();
    expect(await terminal.ended, terminal.screen()).toBe(130);
    expect(terminal.screen()).toContain('coldhunt resume');
    expect(proxy.seen.some(({ url }) => url.includes('/299.ndjson'))).toBe(false);
    await expectResumable(out);
  });

  it('twice: stops at once, whatever hangs, and leaves a run that goes on', async () => {
    const out = join(folder, 'twice');
    const terminal = await huntInTerminal(out);
    terminal.type(CTRL_C);
    await until(() => /SIGINT/.test(terminal.screen()), terminal.screen);
    terminal.type(CTRL_C);
    expect(await terminal.ended, terminal.screen()).toBe(130);
    release();
    await expectResumable(out);
  });
});
