// `<revision>:<path>` -> the rule files that stood there in a git repository. Read from git's objects: nothing is checked out, no name
// that a commit holds becomes a path of this machine, and git is run without a shell.

import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { InputError, countOf } from '@coldhunt/core';
import { isRetiredFolder } from './retired-rules.ts';
import { RULE_FILE, type RuleFiles } from './rule-sources.ts';

/** A tree may hold anything: so much of it is read. */
const MOST_FILES = 100_000;
const MOST_BYTES = 256 * 1024 * 1024;

interface Blob {
  readonly id: string;
  readonly path: string;
}

/** null: the text names no revision. */
export function parseRevision(text: string): { readonly revision: string; readonly path: string } | null {
  const [, revision, path] = /^([^:]+):(.*)$/su.exec(text) ?? [];
  return revision === undefined || path === undefined ? null : { revision, path };
}

/** Files of a folder in order of their paths. Throws RULE_NOT_FOUND (no repository, revision, path or rule file), OPTION_INVALID (no git, too much). */
export async function readRevision(text: string, cwd: string): Promise<RuleFiles> {
  if (text.includes('\0')) throw notThere(text, 'no name holds a NUL');
  const id = (
    await git(['rev-parse', '--verify', '--quiet', '--end-of-options', text], { cwd, what: text })
  ).toString();
  const object = id.trim();
  if (!/^[0-9a-f]{40,64}$/.test(object)) throw notThere(text, 'git names no object for it');
  const kind = (await git(['cat-file', '-t', object], { cwd, what: text })).toString().trim();
  if (kind !== 'blob' && kind !== 'tree') throw notThere(text, `it is a ${kind}; expected a folder or a file of rules`);
  const blobs = kind === 'blob' ? [{ id: object, path: text }] : await listTree(object, text, cwd);
  if (blobs.length === 0) throw notThere(text, 'there is no rule file in it: expected .toml, .ndjson or .json files');
  if (blobs.length > MOST_FILES)
    throw new InputError(
      'OPTION_INVALID',
      `${text} holds ${countOf(blobs.length, 'rule file')}: at most ${MOST_FILES} are read`,
    );
  const texts = await readBlobs(blobs, { cwd, what: text });
  const files = blobs.map(({ path }, index) => ({ name: path, text: texts[index] ?? '' }));
  const names = new Set(files.map(({ name }) => name));
  return {
    files,
    builtin: [],
    mustLoad: kind === 'blob' ? names : new Set(),
    asked: kind === 'blob' || isRetiredFolder(text) ? names : new Set(),
  };
}

async function listTree(tree: string, text: string, cwd: string): Promise<readonly Blob[]> {
  const listed = (await git(['ls-tree', '-r', '-z', '--full-tree', tree], { cwd, what: text })).toString();
  return listed
    .split('\0')
    .flatMap((entry): readonly Blob[] => {
      // Symbolic links (120000) and other repositories (160000) are not followed.
      const [, id, path] = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/su.exec(entry) ?? [];
      if (id === undefined || path === undefined || !RULE_FILE.test(basename(path))) return [];
      return [{ id, path: `${text}${text.endsWith('/') || text.endsWith(':') ? '' : '/'}${path}` }];
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** `<id> blob <size>\n<bytes>\n`, one after another. */
async function readBlobs(
  blobs: readonly Blob[],
  given: { readonly cwd: string; readonly what: string },
): Promise<string[]> {
  const output = await git(['cat-file', '--batch'], { ...given, input: blobs.map(({ id }) => `${id}\n`).join('') });
  const texts: string[] = [];
  let at = 0;
  for (const { id, path } of blobs) {
    const end = output.indexOf(10, at);
    const [, own, size] = /^([0-9a-f]+) blob (\d+)$/.exec(output.subarray(at, Math.max(at, end)).toString()) ?? [];
    if (own !== id || size === undefined)
      throw notThere(path, 'git cannot read it (a partial clone, or a damaged repository)');
    texts.push(output.subarray(end + 1, end + 1 + Number(size)).toString('utf8'));
    at = end + 1 + Number(size) + 1;
  }
  return texts;
}

/** Runs git; its output. */
async function git(
  args: readonly string[],
  { cwd, what, input = '' }: { readonly cwd: string; readonly what: string; readonly input?: string },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // No configuration of a repository starts a program or fetches what a partial clone lacks.
    const own = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'protocol.allow=never'];
    const child = spawn('git', [...own, ...args], {
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    let length = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_BYTES) output.push(chunk);
      else child.kill();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString();
    });
    // It may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) =>
      reject(new InputError('OPTION_INVALID', `${what}: git cannot be run here: ${error.message}`, { cause: error })),
    );
    child.on('close', (code) => {
      if (length > MOST_BYTES)
        reject(new InputError('OPTION_INVALID', `${what} holds more than ${MOST_BYTES / 1024 ** 2} MiB of rules`));
      else if (code === 0) resolve(Buffer.concat(output));
      else reject(notThere(what, firstLine(said) ?? 'git knows no such revision or path in the repository here'));
    });
  });
}

function firstLine(text: string): string | null {
  const [first = ''] = text.trim().split('\n');
  return first === '' ? null : first.replace(/^fatal: /, '');
}

function notThere(what: string, why: string): InputError {
  return new InputError('RULE_NOT_FOUND', `${what}: ${why}`, {
    details: { hint: 'expected a file, a folder, or <revision>:<path> of the git repository here, e.g. HEAD~1:rules' },
  });
}
