import { mkdir, mkdtemp, readdir, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFileUri } from '../src/archive-uri.ts';
import { openArchive } from '../src/open-archive.ts';
import { openRunStore } from '../src/open-run-store.ts';
import { listAll, only, readText, runArchiveContract } from './run-archive-contract.ts';
import { paths, runRunStoreContract } from './run-run-store-contract.ts';

runArchiveContract('in a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'archive-'));
  return {
    source: openArchive(root),
    async put(key, body) {
      const path = `${root}/${key}`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, body);
    },
    remove: (key) => unlink(`${root}/${key}`),
    close: () => rm(root, { recursive: true }),
  };
});

runRunStoreContract('in a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'run-'));
  return { store: openRunStore(join(root, 'new', 'run')), close: () => rm(root, { recursive: true }) };
});

describe('a folder', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'folder-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is opened by a path, a path from a working directory, or a file URI', async () => {
    await mkdir(join(root, 'a b'));
    await writeFile(join(root, 'a b', 'x'), 'text');
    const expected = pathToFileURL(join(root, 'a b')).href;
    for (const [uri, cwd] of [
      [join(root, 'a b')],
      ['a b', root],
      ['./a b/', root],
      [expected],
      [`${expected}/`],
    ] as const) {
      const archive = openArchive(uri, { cwd });
      expect(archive.uri).toBe(expected);
      expect((await listAll(archive)).map(({ uri: found, key }) => [found, key])).toEqual([[`${expected}/x`, 'x']]);
    }
  });

  it('can be one file, whose key is its name', async () => {
    await writeFile(join(root, 'x y.ndjson'), 'text');
    await writeFile(join(root, 'x y.ndjson.other'), 'other');
    const archive = openArchive(join(root, 'x y.ndjson'));
    const object = await only(archive);
    expect(object).toMatchObject({ key: 'x y.ndjson', uri: archive.uri, size: 4 });
    expect(await readText(archive, object)).toBe('text');
  });

  it('writes URIs as node does', async () => {
    for (let code = 1; code < 0x3000; code = code < 0x180 ? code + 1 : code + 97) {
      const path = `/a${String.fromCharCode(code)}b/c`;
      expect(toFileUri(Buffer.from(path))).toBe(pathToFileURL(path).href);
    }
  });

  it('reads a file whose name is not UTF-8', async () => {
    const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0xfe, 0x2e])]);
    await writeFile(path, 'text');
    const archive = openArchive(root);
    const object = await only(archive);
    expect(object.uri).toBe(`${archive.uri}/f%FF%FE.`);
    expect(await readText(archive, object)).toBe('text');
  });

  it('lists links and pipes as what they are', async () => {
    await writeFile(join(root, 'real'), 'text');
    await symlink('/etc', join(root, 'folder-link'));
    await symlink(join(root, 'real'), join(root, 'file-link'));
    await symlink(join(root, 'nowhere'), join(root, 'broken-link'));
    // A socket stands for pipes and devices, too.
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(root, 'pipe'), resolve));
    const listed = await listAll(openArchive(root));
    expect(listed.map(({ key, size, passedOver }) => [key, size, passedOver])).toEqual([
      ['broken-link', 0, 'symbolic-link'],
      ['file-link', 0, 'symbolic-link'],
      ['folder-link', 0, 'symbolic-link'],
      ['pipe', 0, 'special-file'],
      ['real', 4, undefined],
    ]);
    await new Promise((resolve) => socket.close(resolve));
  });

  it('tells the files of a run that lies inside of it, and no others', async () => {
    const head = `{\n  "format": 1,\n  "run_id": "${'0a'.repeat(32)}",\n  "generation": 1,\n  "question": {}}`;
    const files: Record<string, string> = {
      'hunts/one/run.json': head,
      'hunts/one/plan/done.json': '{}',
      'hunts/one/scan/x.ledger.json': '{}',
      'hunts/one/alerts.ndjson': '{}',
      'hunts/one/report.html': 'x',
      'hunts/one/events.ndjson': '{}',
      'hunts/one/planned/x': '{}',
      // No plan; a run.json of somebody else.
      'hunts/two/run.json': head,
      'hunts/three/run.json': '{"name":"mine"}',
      'hunts/three/plan/x': '{}',
      'alerts.ndjson': '{}',
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(root, path, '..'), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const listed = await listAll(openArchive(root));
    expect(listed).toHaveLength(Object.keys(files).length);
    expect(listed.filter(({ passedOver }) => passedOver === 'run-folder').map(({ key }) => key)).toEqual([
      'hunts/one/alerts.ndjson',
      'hunts/one/plan/done.json',
      'hunts/one/report.html',
      'hunts/one/run.json',
      'hunts/one/scan/x.ledger.json',
    ]);
    const inside = await listAll(openArchive(join(root, 'hunts/one')));
    expect(inside.filter(({ passedOver }) => passedOver === undefined).map(({ key }) => key)).toEqual([
      'events.ndjson',
      'planned/x',
    ]);
  });

  it('does not read through a link that took the place of a folder or file', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    await writeFile(join(outside, 'x'), 'secret');
    await mkdir(join(root, 'sub'));
    await writeFile(join(root, 'sub', 'x'), 'text!!');
    await writeFile(join(root, 'y'), 'text!!');
    const archive = openArchive(root);
    const objects = await listAll(archive);
    await rm(join(root, 'sub'), { recursive: true });
    await symlink(outside, join(root, 'sub'));
    await unlink(join(root, 'y'));
    await symlink(join(outside, 'x'), join(root, 'y'));
    for (const object of objects) {
      await expect(readText(archive, object)).rejects.toMatchObject({
        code: expect.stringMatching(/^(URI_INVALID|OBJECT_CHANGED)$/),
      });
    }
    await rm(outside, { recursive: true });
  });

  it('fails a file of the same size that was written a nanosecond later', async () => {
    const path = join(root, 'x');
    await writeFile(path, 'before');
    const archive = openArchive(root);
    const object = await only(archive);
    await utimes(path, 1_700_000_000, 1_700_000_000);
    await expect(readText(archive, object)).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
  });

  it('fails a file that grows while it is read', async () => {
    const path = join(root, 'x');
    await writeFile(path, Buffer.alloc(5_000_000));
    const archive = openArchive(root);
    const object = await only(archive);
    const read = async (): Promise<void> => {
      for await (const chunk of archive.open(object).stream({ from: 0, to: object.size })) {
        await writeFile(path, Buffer.alloc(5_000_000 + chunk.length));
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
  });

  it('lists many files of one folder in pages, with files that vanish on the way', async () => {
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => writeFile(join(root, `f${index}`), 'x')));
    const archive = openArchive(root);
    const keys: string[] = [];
    for await (const page of archive.list()) {
      if (keys.length === 0) await Promise.all((await readdir(root)).map((name) => unlink(join(root, name))));
      keys.push(...page.map(({ key }) => key));
    }
    expect(keys.length).toBeLessThan(2_500);
    expect(keys).toEqual(keys.toSorted());
  });

  it('says which folder is missing, no folder, or a scheme that nobody knows', async () => {
    await expect(listAll(openArchive(join(root, 'nix')))).rejects.toMatchObject({ code: 'STORAGE_NOT_FOUND' });
    await expect(listAll(openArchive('/dev/null'))).rejects.toMatchObject({ code: 'STORAGE_NOT_FOUND' });
    for (const uri of [
      '',
      'gs://x/y',
      's3://',
      's3://-/x',
      'file://host/x',
      'file:///a%2',
      's3://b/%zz',
      'a\0b',
      's3://b/%ff',
    ]) {
      expect(() => openArchive(uri)).toThrow(expect.objectContaining({ code: 'URI_INVALID' }));
    }
  });
});

describe('a run folder on a disk', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'run-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('leaves no parts behind, and does not list those of a process that died', async () => {
    const store = openRunStore(root);
    await store.putOnce('scan/x', Buffer.from('x'));
    await store.putOnce('scan/x', Buffer.from('y'));
    await store.put('scan/x', Buffer.from('z'));
    expect(await readdir(join(root, 'scan'))).toEqual(['x']);
    await writeFile(join(root, 'scan', '.coldhunt-part-dead'), 'half');
    expect(await paths(store, '')).toEqual(['scan/x']);
  });

  it('lets exactly one of many writers win', async () => {
    const stores = Array.from({ length: 20 }, () => openRunStore(root));
    const won = await Promise.all(stores.map((store, index) => store.putOnce('done', Buffer.from(`writer ${index}`))));
    expect(won.filter((result) => result === 'created')).toHaveLength(1);
    expect(String(await stores[0]?.get('done'))).toBe(`writer ${won.indexOf('created')}`);
  });

  it('says that its place, or one above it, is a file', async () => {
    await writeFile(join(root, 'file'), 'x');
    for (const place of [join(root, 'file'), join(root, 'file', 'below', 'it')]) {
      const store = openRunStore(place);
      const taken = { name: 'InputError', code: 'RUN_FOLDER_TAKEN', message: expect.stringContaining('is a file') };
      await expect(store.putOnce('x', Buffer.from('x'))).rejects.toMatchObject(taken);
      await expect(paths(store, '')).rejects.toMatchObject(taken);
    }
  });

  it('is made with all folders above it', async () => {
    const store = openRunStore(join(root, 'a', 'b', 'c'));
    await Promise.all(['x', 'y/z', 'y/w'].map((path) => store.putOnce(path, Buffer.from(path))));
    expect(await paths(store, '')).toEqual(['x', 'y/w', 'y/z']);
  });

  it('takes the folders away that it made and that are empty, and no others', async () => {
    await mkdir(join(root, 'theirs'));
    const store = openRunStore(join(root, 'theirs', 'a', 'b'));
    for (const path of ['x', 'plan/y']) await store.putOnce(path, Buffer.from(path));
    await store.remove('plan/y');
    await store.removeEmptyFolders?.();
    expect(await readdir(join(root, 'theirs', 'a', 'b'))).toEqual(['x']);
    await openRunStore(join(root, 'theirs', 'a', 'b')).remove('x');
    await store.removeEmptyFolders?.();
    expect(await readdir(join(root, 'theirs', 'a'))).toEqual(['b']);
    const again = openRunStore(join(root, 'theirs', 'c', 'd'));
    await again.put('plan/y', Buffer.from('y'));
    await again.remove('plan/y');
    await again.removeEmptyFolders?.();
    expect(await readdir(join(root, 'theirs'))).toEqual(['a']);
  });

  it.runIf(existsSync('/proc/self'))('says that a file system takes no folders', async () => {
    for (const place of ['/proc/coldhunt', '/proc/coldhunt/runs/one']) {
      await expect(openRunStore(place).putOnce('run.json', Buffer.from('x'))).rejects.toMatchObject({
        name: 'InputError',
        code: expect.stringMatching(/^STORAGE_/),
      });
    }
  });
});
