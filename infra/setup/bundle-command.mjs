// The command as a few files instead of a thousand: Node takes 0.4 ms for each module of a program, which is most of what a short hunt
// lasts. `bin/coldhunt.mjs` runs the bundle as long as none of the sources that it was made of has changed, and until then it is left alone:
// a command that runs may load more of it. Usage: node bundle-command.mjs
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.cache', 'command');
/** Packages of others that every hunt loads, and that are no more than their code. The rest is loaded from where npm put it. */
const TAKEN = [
  'commander',
  'hyparquet',
  'hyparquet-compressors',
  'hyparquet-writer',
  'hysnappy',
  'fzstd',
  'smol-toml',
  'yaml',
  'zod',
];
/** A file that is begun as a thread or read beside a module. */
const BESIDE = /new URL\('([\w-]+)\.ts', import\.meta\.url\)/g;

if (isFresh()) process.exit(0);

const building = `${folder}.building-${process.pid}`;
/** What the bundle is made of: path below the root, length and time of change. */
const sources = [];
note(join(root, 'package-lock.json'));
note(fileURLToPath(import.meta.url));
try {
  mkdirSync(building, { recursive: true });
  const build = await rolldown({
    input: { main: join(root, 'apps', 'cli', 'src', 'main.ts') },
    platform: 'node',
    logLevel: 'warn',
    external: isLeft,
    plugins: [{ name: 'coldhunt', transform: placeSource }],
  });
  await build.write({ dir: building, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
  writeFileSync(join(building, 'sources.json'), JSON.stringify(sources));
  rmSync(folder, { recursive: true, force: true });
  renameSync(building, folder);
} finally {
  rmSync(building, { recursive: true, force: true });
}

function isFresh() {
  try {
    return JSON.parse(readFileSync(join(folder, 'sources.json'), 'utf8')).every(([path, size, mtimeMs]) => {
      const found = statSync(join(root, path));
      return found.size === size && found.mtimeMs === mtimeMs;
    });
  } catch {
    return false;
  }
}

function isLeft(id) {
  if (id.startsWith('.') || id.startsWith('/') || id.startsWith('node:') || id.startsWith('@coldhunt/')) return false;
  const [scope, name] = id.split('/');
  if (scope === '@oxc-project')
    throw new Error(`a source is rewritten so that it asks for ${id}, which is not installed: say it otherwise`);
  return !TAKEN.includes(scope.startsWith('@') ? `${scope}/${name}` : scope);
}

/** Notes a source, and lets it find what it looks for beside itself. */
function placeSource(code, id) {
  if (id.includes(`${sep}node_modules${sep}`) || !id.startsWith(root)) return null;
  note(id);
  const placed = code
    .replace(BESIDE, (whole, name) => {
      const path = join(dirname(id), `${name}.ts`);
      if (!existsSync(path)) return whole;
      this.emitFile({ type: 'chunk', id: path, fileName: `${name}.js` });
      return `new URL('${name}.js', IMPORT_META_URL)`;
    })
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
    .replaceAll('IMPORT_META_URL', 'import.meta.url');
  return placed === code ? null : { code: placed };
}

function note(path) {
  const { size, mtimeMs } = statSync(path);
  sources.push([relative(root, path), size, mtimeMs]);
}
