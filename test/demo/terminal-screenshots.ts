// The second half of `npm run screenshots`: a hunt and an explanation as a terminal shows them, into docs/images. After `npm run demo`.

import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../run-command.ts';
import { terminalPicture } from './terminal-picture.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const COLUMNS = 110;
const EVENT = {
  '@timestamp': '2026-02-01T00:00:00Z',
  event: { category: ['process'], type: ['start'], action: 'exec' },
  host: { id: 'h', os: { type: 'linux' } },
  process: { name: 'aws', args: ['ssm', 'send-command', 'AWS-RunShellScript', 'commands=id'] },
};

const archive = join(ROOT, '.cache', 'demo', 'archive-2-20260105', 'archive');
const work = join(ROOT, '.cache', 'demo', 'terminal');
if (!existsSync(archive)) throw new Error(`there is no ${archive}: npm run demo makes it`);
await rm(work, { recursive: true, force: true });
await mkdir(work, { recursive: true });
await writeFile(join(work, 'event.json'), `${JSON.stringify(EVENT)}\n`);
const images = join(ROOT, 'docs', 'images');
await mkdir(images, { recursive: true });
const pictures = [
  ['terminal-scan', `scan --archive ${archive} --rule ${RULE} --from 2026-01-12 --max-malformed 1 --out january`],
  ['terminal-explain', `explain --rule ${RULE} --event event.json`],
] as const;
for (const [name, args] of pictures) {
  const screen = await onTerminal(args);
  const typed = `coldhunt ${args.replace(archive, 's3://my-logs/endpoint')}`;
  await writeFile(
    join(images, `${name}.svg`),
    terminalPicture(typed, screen.replaceAll(archive, 's3://my-logs/endpoint').replaceAll(`file://${work}/`, '')),
  );
}
process.stdout.write(`${pictures.length} pictures of the terminal in ${images}\n`);

async function onTerminal(args: string): Promise<string> {
  const bin = join(ROOT, 'node_modules', '.bin');
  const command = `stty cols ${COLUMNS}; exec '${join(bin, 'node')}' '${join(bin, 'coldhunt')}' ${args}`;
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    cwd: work,
    env: { ...process.env, CI: '', TERM: 'xterm', NO_COLOR: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return screen;
}
