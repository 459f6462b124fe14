#!/usr/bin/env node
// Entry of the command. Node runs the TypeScript sources as they are, which asks for Node 26: an older one (the system's)
// hands over to the Node that came with the npm packages, and passes signals and the exit code through.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as nodeModule from 'node:module';

const NEEDED_MAJOR = 26;
const ARGUMENTS = 'COLDHUNT_HANDED_ARGUMENTS';
const main = new URL('../src/main.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  takeArguments();
  nodeModule.enableCompileCache?.();
  await import((findBundle() ?? main).href);
} else {
  const node = findBundledNode(dirname(fileURLToPath(import.meta.url)));
  if (node === null) {
    process.stderr.write(
      `coldhunt needs Node ${NEEDED_MAJOR}, this is ${process.version}: run "npm ci" in its folder, which brings it\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [ARGUMENTS]: JSON.stringify(process.argv.slice(2)) },
  });
  // A URL among the arguments may hold a password: no list of processes shows it, of this one neither.
  process.title = 'coldhunt';
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/** The command in a few files (infra/setup/bundle-command.mjs), which start faster. Null: there are none, or a source was changed since. */
function findBundle() {
  try {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const folder = join(root, '.cache', 'command');
    for (const [path, size, mtimeMs] of JSON.parse(readFileSync(join(folder, 'sources.json'), 'utf8'))) {
      const found = statSync(root + path);
      if (found.size !== size || found.mtimeMs !== mtimeMs) return null;
    }
    return pathToFileURL(join(folder, 'main.js'));
  } catch {
    return null;
  }
}

/** Arguments that an older Node handed over. When that one is gone, whoever started the command is told no more: it ends as after SIGTERM. */
function takeArguments() {
  const given = process.env[ARGUMENTS];
  if (given === undefined) return;
  delete process.env[ARGUMENTS];
  process.argv.push(...JSON.parse(given));
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

/** The `node` of the nearest node_modules/.bin upwards, or null. */
function findBundledNode(from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(node)) return node;
    if (dirname(folder) === folder) return null;
  }
}
