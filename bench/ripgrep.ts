// ripgrep with one thread, looking for the one literal that the first rule cannot do without: what a search tool takes for the same bytes,
// without knowing what a line means.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CORPUS } from './corpus.ts';

const run = promisify(execFile);
const UNPACKED = join(import.meta.dirname, '..', '.cache', 'ripgrep', 'usr', 'bin');

/** Throws when rg is neither on PATH nor unpacked (the set-up of `npm run bench` sees to that), and when it counts other lines. */
export async function countByRipgrep(path: string): Promise<null> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), UNPACKED];
  const binary = folders.map((folder) => join(folder, 'rg')).find((file) => existsSync(file));
  if (binary === undefined) throw new Error('ripgrep is neither on PATH nor in .cache/ripgrep');
  const { stdout } = await run(binary, ['-j1', '--count', '--fixed-strings', 'send-command', path]);
  const expected = CORPUS.matches + CORPUS.lookAlikes;
  if (Number(stdout) !== expected) throw new Error(`ripgrep counts ${stdout.trim()} lines, there are ${expected}`);
  return null;
}
