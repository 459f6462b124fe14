// The AssemblyScript sources in wasm/ -> the binary, and with `npm run build:wasm` the module that holds it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';

const SOURCES = join(import.meta.dirname, '..', 'wasm');
const MODULE = join(import.meta.dirname, '..', 'src', 'search-binary.ts');
/** 19 MiB, from the start to the end: memory that grew would leave every view of it behind. */
const PAGES = '304';

/** Compiles the sources; the same bytes everywhere. Throws with the compiler's words when they do not compile. */
export async function compileSearch(): Promise<Uint8Array> {
  let binary: Uint8Array | null = null;
  const options = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert', '--runtime', 'stub'];
  const memory = ['--initialMemory', PAGES, '--maximumMemory', PAGES];
  const features = ['--enable', 'simd', '--enable', 'relaxed-simd'];
  const { error, stderr } = await main(
    ['scan-lines.ts', '--baseDir', SOURCES, ...options, ...memory, ...features, '--outFile', 'search.wasm'],
    {
      readFile: readSource,
      writeFile: (_name, contents) => {
        binary = Buffer.from(contents);
      },
    },
  );
  if (error !== null || binary === null)
    throw new Error(`the search does not compile: ${stderr.toString()}`, { cause: error });
  return binary;
}

/** The compiler asks for `.ts`; the sources end with `.as`, as decorated functions are no TypeScript. It asks for other files that may be there, too. */
async function readSource(name: string): Promise<string | null> {
  const path = join(SOURCES, `${name.replace(/\.ts$/, '')}.as`);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** The text of src/search-binary.ts. */
export function binaryModule(binary: Uint8Array): string {
  return [
    '// Written by `npm run build:wasm` from wasm/; a test compiles them again and compares. Not to be edited.',
    '',
    `/** ${binary.length} bytes of WebAssembly, as base64. */`,
    'export const SEARCH_BINARY =',
    `  '${Buffer.from(binary).toString('base64')}';`,
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(MODULE, binaryModule(await compileSearch()));
