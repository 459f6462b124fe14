// The steps of an image file, done in folders instead of by a container engine: each stage is a folder that stands for `/`. What the base
// image brings (Node, npm, a user) is this machine's.

import { spawnSync } from 'node:child_process';
import { chown, cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Instruction, Stage } from './container-file.ts';

export interface BuildContext {
  /** What COPY takes from. */
  readonly root: string;
  readonly isIgnored: (path: string) => boolean;
  /** Where the stages are made. */
  readonly into: string;
}

export interface Image {
  /** Stands for `/`. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
}

/** The user that the base image has. */
export const NODE_USER = { uid: 1000, gid: 1000 };

/** Builds all stages and gives the last. Throws what COPY does not find, and for steps that are not known here. */
export async function buildImage(stages: readonly Stage[], context: BuildContext): Promise<Image> {
  const roots = new Map<string, string>();
  let image: Image | undefined;
  for (const [index, stage] of stages.entries()) {
    const root = join(context.into, `stage-${index}`);
    // Every Linux image has these.
    for (const folder of ['usr/local/bin', 'tmp']) await mkdir(join(root, folder), { recursive: true });
    image = await buildStage(stage, { ...context, root: context.root, stageRoot: root, roots });
    roots.set(stage.name, root);
  }
  if (image === undefined) throw new Error('no stage');
  return image;
}

interface StageContext extends BuildContext {
  readonly stageRoot: string;
  readonly roots: ReadonlyMap<string, string>;
}

async function buildStage({ instructions }: Stage, context: StageContext): Promise<Image> {
  const { stageRoot: root } = context;
  let image: Image = { root, workdir: '/', env: {}, user: 'root', entrypoint: [] };
  for (const { name, rest } of instructions) {
    if (name === 'WORKDIR') {
      image = { ...image, workdir: rest };
      await mkdir(join(root, rest), { recursive: true });
    } else if (name === 'ENV') {
      const [key = '', value = ''] = rest.split('=');
      image = { ...image, env: { ...image.env, [key]: value } };
    } else if (name === 'USER') image = { ...image, user: rest };
    else if (name === 'ENTRYPOINT') image = { ...image, entrypoint: JSON.parse(rest) as string[] };
    else if (name === 'COPY') await copy(rest, image, context);
    else if (name === 'RUN') await run(rest, image);
  }
  return image;
}

async function copy(rest: Instruction['rest'], image: Image, context: StageContext): Promise<void> {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=') === true ? words.shift()?.slice('--from='.length) : undefined;
  const base = from === undefined ? context.root : context.roots.get(from);
  const to = words.pop() ?? '';
  if (base === undefined) throw new Error(`COPY from an unknown stage: ${rest}`);
  for (const word of words) {
    const source = join(base, word);
    const isLeftOut = (path: string): boolean => from === undefined && context.isIgnored(relative(base, path));
    if (isLeftOut(source)) throw new Error(`COPY ${word}: .dockerignore leaves it out`);
    // The content of a folder is copied, and a file into a folder by its name.
    const isFolder = (await stat(source)).isDirectory();
    const target = join(image.root, image.workdir, to, ...(!isFolder && to.endsWith('/') ? [basename(word)] : []));
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target, { recursive: true, verbatimSymlinks: true, filter: (path) => !isLeftOut(path) });
  }
}

async function run(rest: Instruction['rest'], { root, workdir }: Image): Promise<void> {
  for (const command of rest.split(' && ')) {
    const [program = '', ...args] = command.split(' ');
    const last = join(root, args.at(-1) ?? '');
    if (program === 'npm') npm(args, join(root, workdir));
    else if (program === 'ln' && args[0] === '-s') await symlink(args[1] ?? '', last);
    else if (program === 'mkdir') await mkdir(last);
    else if (program === 'chown' && args[0] === 'node:node') {
      if (process.getuid?.() === 0) await chown(last, NODE_USER.uid, NODE_USER.gid);
    } else throw new Error(`RUN: not understood: ${command}`);
  }
}

function npm(args: readonly string[], cwd: string): void {
  // The packages came here once already, when the repository was set up.
  const done = spawnSync('npm', [...args, '--prefer-offline'], { cwd, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`npm ${args.join(' ')}: ${done.stdout}${done.stderr}`);
}

/** The program that an image starts, through the links within it, and the script that Node runs of it. */
export async function resolveEntrypoint({ root, entrypoint }: Image): Promise<string> {
  const { readlink } = await import('node:fs/promises');
  const script = join(root, await readlink(join(root, 'usr/local/bin', entrypoint[0] ?? '')));
  const text = await readFile(script, 'utf8');
  if (!text.startsWith('#!/usr/bin/env node\n')) throw new Error(`${script} is no script for Node`);
  if (((await stat(script)).mode & 0o111) !== 0o111) throw new Error(`${script} cannot be executed by everybody`);
  return script;
}
