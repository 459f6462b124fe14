// Makes a fresh clone ready: npm packages from the lock file, and the programs that no npm package carries, from Debian's packages.
// Plain JavaScript for whatever Node the system has. Quick when there is nothing to do. Usage: node setup.mjs [redis] [chromium] [ripgrep] [ceph]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.cache');

/** What each program needs: Debian packages, the binary that shows that it is there, and whether unpacking them without root is enough. */
const programs = {
  redis: {
    binary: 'redis-server',
    packages: ['redis-server'],
    unpack: ['redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2', 'liblua5.1-0', 'lua-cjson', 'lua-bitop'],
  },
  chromium: { binary: 'chromium', packages: ['chromium'], unpack: null },
  ripgrep: { binary: 'rg', packages: ['ripgrep'], unpack: ['ripgrep'] },
  ceph: { binary: 'radosgw', packages: ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'], unpack: null },
};

installPackages();
const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : ['redis']) installProgram(name);

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.coldhunt-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing npm packages from the lock file');
  const npm = process.env.npm_execpath;
  const command = npm && /\.c?js$/.test(npm) ? [process.execPath, npm] : ['npm'];
  run(
    [...command, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'install the npm packages with "npm ci" by hand to see what it says',
  );
  writeFileSync(stamp, lock);
  // Only faster with it: the sources run as they are.
  attempt([join(root, 'node_modules', '.bin', 'node'), fileURLToPath(new URL('bundle-command.mjs', import.meta.url))]);
}

function installProgram(name) {
  const program = programs[name];
  if (program === undefined) fail(`unknown program "${name}": expected ${Object.keys(programs).join(', ')}`);
  if (onPath(program.binary) || existsSync(join(cache, name, 'usr', 'bin', program.binary))) return;
  const mend = `install ${program.binary} (Debian: apt-get install ${program.packages.join(' ')}), then run the command again`;
  if (!onPath('apt-get')) fail(mend);
  say(`installing ${program.binary} from Debian's packages`);
  if (process.getuid?.() === 0) installAsRoot(program, mend);
  else if (program.unpack !== null) unpackAsUser(name, program, mend);
  else fail(mend);
}

function installAsRoot(program, mend) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...program.packages];
  if (attempt(install, environment)) return;
  run(['apt-get', 'update'], mend, environment);
  run(install, mend, environment);
}

function unpackAsUser(name, program, mend) {
  const folder = join(cache, name);
  mkdirSync(folder, { recursive: true });
  run(['apt-get', 'download', ...program.unpack], mend, process.env, folder);
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.deb'))) {
    run(['dpkg', '-x', file, folder], mend, process.env, folder);
    rmSync(join(folder, file));
  }
}

function onPath(binary) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, binary)));
}

function attempt(command, environment = process.env, cwd = root) {
  return (
    spawnSync(command[0], command.slice(1), { cwd, env: environment, stdio: ['ignore', 'ignore', 'ignore'] }).status ===
    0
  );
}

function run(command, mend, environment = process.env, cwd = root) {
  const done = spawnSync(command[0], command.slice(1), {
    cwd,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (done.status === 0) return;
  process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`);
  fail(mend);
}

function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

function fail(mend) {
  process.stderr.write(`set-up: ${mend}\n`);
  process.exit(1);
}
