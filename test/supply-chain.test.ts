// What docs/security.md says of the packages that are installed must be true of the lock file.

import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from './run-command.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

/** Packages by their place; those of the workspace itself are left out. */
async function lockedPackages(): Promise<readonly (readonly [string, Locked])[]> {
  const { packages } = JSON.parse(await read('package-lock.json')) as { packages: Record<string, Locked> };
  return Object.entries(packages).filter(([place, { link }]) => place.includes('node_modules/') && link !== true);
}

/** What the packages and apps themselves depend on, as they say it. */
async function deployedPackages(): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const group of ['apps', 'packages']) {
    for (const name of await readdir(join(ROOT, group))) {
      const text = await read(join(group, name, 'package.json'));
      const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
      found.push(...Object.entries(dependencies).filter(([dependency]) => !dependency.startsWith('@coldhunt/')));
    }
  }
  return found;
}

function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

describe('every package', () => {
  it('is pinned with its hash, and comes from the registry', async () => {
    for (const [place, { version, integrity, resolved = '' }] of await lockedPackages()) {
      expect(version, place).toMatch(/^\d/);
      expect(integrity, place).toMatch(/^sha512-/);
      expect(resolved, place).toMatch(/^$|^https:\/\/registry\.npmjs\.org\//);
    }
  });

  it('runs nothing when it is installed, and those that would are named', async () => {
    expect((await read('.npmrc')).split('\n')).toContain('ignore-scripts=true');
    const scripted = (await lockedPackages()).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = [...new Set(scripted.map(([place]) => nameOf(place)))];
    expect(names).toEqual(['msgpackr-extract']);
    expect(await read('docs/security.md')).toContain('`msgpackr-extract`');
  });
});

describe('npm run sbom', () => {
  it('lists what a deployment holds, each with its version and licence', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
      cwd: ROOT,
      maxBuffer: 64 * 1024 * 1024,
    });
    const { bomFormat, components } = JSON.parse(stdout) as {
      bomFormat: string;
      components: readonly { readonly purl: string; readonly licenses?: readonly unknown[] }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const listed = new Set(components.map(({ purl }) => decodeURIComponent(purl)));
    for (const [name, version] of await deployedPackages()) expect(listed).toContain(`pkg:npm/${name}@${version}`);
    for (const { purl, licenses } of components) expect(licenses?.length, purl).toBeGreaterThan(0);
    // What only tests need is not deployed.
    for (const name of ['vitest', 'fauxqs', '@duckdb/node-api', 'parquetjs-lite'])
      expect([...listed].filter((purl) => purl.startsWith(`pkg:npm/${name}@`))).toEqual([]);
  });
});
