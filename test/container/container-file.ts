// An image file and its .dockerignore, as far as ours use the language: FROM, WORKDIR, COPY, RUN, ENV, USER, STOPSIGNAL, ENTRYPOINT, CMD.

import { readFile } from 'node:fs/promises';

export interface Instruction {
  /** `COPY`. */
  readonly name: string;
  /** What follows it, on one line. */
  readonly rest: string;
}

export interface Stage {
  readonly from: string;
  /** Empty: the last one. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

const KNOWN = new Set(['WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'STOPSIGNAL', 'ENTRYPOINT', 'CMD']);

/** Throws for an instruction that is not known here. */
export async function readStages(path: string): Promise<readonly Stage[]> {
  const text = await readFile(path, 'utf8');
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: { from: string; name: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const [, from = '', as = ''] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
    if (name === 'FROM') stages.push({ from, name: as, instructions: [] });
    else if (KNOWN.has(name)) stages.at(-1)?.instructions.push({ name, rest });
    else throw new Error(`${path}: not understood: ${line}`);
  }
  return stages;
}

/** Tells of a path within the build's context, with `/`, whether it is left out. */
export async function readIgnored(path: string): Promise<(path: string) => boolean> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const patterns = lines.map((line) => {
    if (/[![\]?]/.test(line)) throw new Error(`${path}: not understood: ${line}`);
    const text = line
      .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
      .replaceAll(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
    return new RegExp(`^${text}(?:/|$)`);
  });
  return (name) => patterns.some((pattern) => pattern.test(name));
}
