// Prints the bill of materials of a deployment (CycloneDX 1.5): every package that the apps reach through the lock file, with version,
// licence and hash. The same lock file gives the same bytes. `npm sbom` leaves out what workspaces depend on through each other.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const text = readFileSync(fileURLToPath(new URL('../../package-lock.json', import.meta.url)));
const { packages } = JSON.parse(text.toString());
const root = packages[''];

/** Where a package finds another, from the inside out. */
function resolve(place, name) {
  for (let at = place; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const tried = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[tried] !== undefined) return packages[tried].link === true ? packages[tried].resolved : tried;
    if (!at.includes('/')) {
      const last = packages[`node_modules/${name}`];
      return last === undefined ? null : last.link === true ? last.resolved : `node_modules/${name}`;
    }
  }
}

function dependenciesOf(place) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = packages[place];
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names.map((name) => resolve(place, name)).filter((found) => found !== null);
}

const nameOf = (place) =>
  packages[place].name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
const refOf = (place) => `pkg:npm/${nameOf(place).replace('@', '%40')}@${packages[place].version}`;

function hashesOf({ integrity = '' }) {
  return integrity.startsWith('sha512-')
    ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }] }
    : {};
}

function licensesOf({ license }) {
  if (typeof license !== 'string') return {};
  return { licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }] };
}

const apps = Object.keys(packages).filter((place) => /^apps\/[^/]+$/.test(place));
const node = Object.keys(root.optionalDependencies ?? {}).map((name) => resolve('', name));
const reached = new Set();
const waiting = [...apps, ...node.filter((place) => place !== null)];
for (const place of waiting) {
  if (reached.has(place)) continue;
  reached.add(place);
  waiting.push(...dependenciesOf(place));
}

const places = [...reached].sort();
const components = new Map(
  places.map((place) => [
    refOf(place),
    {
      type: place.startsWith('apps/') ? 'application' : 'library',
      'bom-ref': refOf(place),
      name: nameOf(place),
      version: packages[place].version,
      ...hashesOf(packages[place]),
      ...licensesOf(packages[place]),
      purl: refOf(place),
    },
  ]),
);
const graph = new Map(
  places.map((place) => [
    refOf(place),
    { ref: refOf(place), dependsOn: [...new Set(dependenciesOf(place).map(refOf))].sort() },
  ]),
);
const serial = createHash('sha256').update(text).digest('hex');
const uuid = [
  serial.slice(0, 8),
  serial.slice(8, 12),
  `4${serial.slice(13, 16)}`,
  `8${serial.slice(17, 20)}`,
  serial.slice(20, 32),
];
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: `urn:uuid:${uuid.join('-')}`,
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': 'coldhunt', name: 'coldhunt', version: root.version } },
  components: [...components.values()],
  dependencies: [{ ref: 'coldhunt', dependsOn: apps.map(refOf).sort() }, ...graph.values()],
};
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
