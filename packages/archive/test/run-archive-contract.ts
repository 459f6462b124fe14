// What every archive promises, whatever lies beneath it. Run for memory, folders, and S3 by both ways of reading.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListedObject, ObjectSource } from '@coldhunt/core';

const MIB = 1024 * 1024;

export interface ArchiveFixture {
  readonly source: ObjectSource;
  put(key: string, body: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Keys that have broken tools: spaces, `+`, `%`, `#`, `?`, quotes, newlines, what is not ASCII, and neighbours of the slash. */
const ODD_KEYS = [
  'a b/c+d.json',
  'a%20b/100%.json',
  'a#b?c=d&e.json',
  'quote\'"(x)!*~.json',
  'year=2026/month=02/x:y@z.json',
  'new\nline/tab\t.json',
  'ümlaut/日本語/😀.json',
  'a.json',
  'a/b.json',
  'a-b.json',
  'a/b/c.json',
  'back\\slash.json',
];

export interface ContractOptions {
  /** Default true; fauxqs sorts by locale. */
  readonly isOrdered?: boolean;
}

export function runArchiveContract(
  name: string,
  createArchive: () => Promise<ArchiveFixture>,
  { isOrdered = true }: ContractOptions = {},
): void {
  describe(`an archive ${name}`, () => {
    let fixture: ArchiveFixture;
    beforeEach(async () => {
      fixture = await createArchive();
    });
    afterEach(() => fixture.close());

    it('lists nothing where nothing is', async () => {
      expect(await listAll(fixture.source)).toEqual([]);
    });

    it('lists every key as it is spelt, in the order of its UTF-8 bytes', async () => {
      for (const key of ODD_KEYS) await fixture.put(key, Buffer.from(key));
      const listed = await listAll(fixture.source);
      const keys = listed.map(({ key }) => key);
      expect(isOrdered ? keys : byBytes(keys)).toEqual(byBytes(ODD_KEYS));
      expect(new Set(listed.map(({ uri }) => uri)).size).toBe(ODD_KEYS.length);
      for (const { uri } of listed) expect(uri).toMatch(/^[!-~]+$/);
      for (const object of listed) expect(await readText(fixture.source, object)).toBe(object.key);
    });

    it('tells the size, and reads ranges of it', async () => {
      await fixture.put('digits', Buffer.from('0123456789'));
      const object = await only(fixture.source);
      expect(object).toMatchObject({ size: 10, isArchived: false });
      const reader = fixture.source.open(object);
      expect(Buffer.from(await reader.bytes({ from: 3, to: 6 })).toString()).toBe('345');
      expect(Buffer.from(await reader.bytes({ from: 9, to: 10 })).toString()).toBe('9');
      expect((await reader.bytes({ from: 4, to: 4 })).length).toBe(0);
      expect(await collect(reader.stream({ from: 2, to: 9 }))).toEqual(Buffer.from('2345678'));
      expect(await collect(reader.stream({ from: 5, to: 5 }))).toEqual(Buffer.alloc(0));
    });

    it('refuses a range that the object does not have', async () => {
      await fixture.put('digits', Buffer.from('0123456789'));
      const reader = fixture.source.open(await only(fixture.source));
      await expect(reader.bytes({ from: 0, to: 11 })).rejects.toMatchObject({ code: 'OBJECT_UNREADABLE' });
      await expect(collect(reader.stream({ from: -1, to: 3 }))).rejects.toMatchObject({ code: 'OBJECT_UNREADABLE' });
    });

    it('streams a large object in chunks of one or two MiB', async () => {
      const body = patterned(4 * MIB + 17);
      await fixture.put('large', body);
      const reader = fixture.source.open(await only(fixture.source));
      const sizes: number[] = [];
      const parts: Uint8Array[] = [];
      for await (const chunk of reader.stream({ from: 1, to: body.length })) {
        sizes.push(chunk.length);
        parts.push(chunk);
      }
      expect(Buffer.concat(parts).equals(body.subarray(1))).toBe(true);
      const size = sizes[0] ?? 0;
      expect([MIB, 2 * MIB]).toContain(size);
      expect(sizes).toEqual([...Array.from({ length: (4 * MIB) / size }, () => size), 16]);
    });

    it('lets go of an object that is not read to its end', async () => {
      await fixture.put('large', patterned(4 * MIB));
      const reader = fixture.source.open(await only(fixture.source));
      for await (const chunk of reader.stream({ from: 0, to: reader.size })) {
        expect(chunk.length).toBeLessThanOrEqual(2 * MIB);
        break;
      }
      expect((await reader.bytes({ from: 0, to: 2 })).length).toBe(2);
    });

    it('gives the bytes as they are stored, never decoded', async () => {
      const gzip = Buffer.from('1f8b0800000000000003cb48cdc9c9070086a6103605000000', 'hex');
      await fixture.put('x.gz', gzip);
      const object = await only(fixture.source);
      expect(await collect(fixture.source.open(object).stream({ from: 0, to: object.size }))).toEqual(gzip);
    });

    it('fails an object that changed since the listing', async () => {
      await fixture.put('x', Buffer.from('before'));
      const object = await only(fixture.source);
      await fixture.put('x', Buffer.from('after!'));
      const reader = fixture.source.open(object);
      await expect(reader.bytes({ from: 0, to: 3 })).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
      await expect(collect(reader.stream({ from: 0, to: 6 }))).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
    });

    it('fails an object that vanished since the listing', async () => {
      await fixture.put('x', Buffer.from('before'));
      const object = await only(fixture.source);
      await fixture.remove('x');
      await expect(fixture.source.open(object).bytes({ from: 0, to: 3 })).rejects.toMatchObject({
        code: 'OBJECT_VANISHED',
      });
    });

    it('does not open what is not below it', async () => {
      const { uri } = fixture.source;
      const scheme = uri.slice(0, uri.indexOf('://') + 3);
      for (const outside of [
        `${scheme}other/x`,
        `${uri}/../x`,
        `${uri}/a/../../x`,
        'file:///etc/hostname',
        's3://other/x',
      ]) {
        const read = async (): Promise<Uint8Array> =>
          fixture.source.open({ uri: outside, size: 1, etag: 'x' }).bytes({ from: 0, to: 1 });
        await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(/^(URI_INVALID|OBJECT_VANISHED)$/) });
      }
    });

    it('stops when it is told to', async () => {
      await fixture.put('x', Buffer.from('text'));
      const object = await only(fixture.source);
      const reason = new Error('enough');
      const signal = AbortSignal.abort(reason);
      await expect(fixture.source.open(object).bytes({ from: 0, to: 2 }, signal)).rejects.toBe(reason);
      await expect(collect(fixture.source.open(object).stream({ from: 0, to: 2 }, signal))).rejects.toBe(reason);
      await expect(listAll(fixture.source, signal)).rejects.toBe(reason);
    });
  });
}

function byBytes(keys: readonly string[]): string[] {
  return keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

export async function listAll(source: ObjectSource, signal?: AbortSignal): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for await (const page of source.list(signal)) all.push(...page);
  return all;
}

export async function only(source: ObjectSource): Promise<ListedObject> {
  const [first, ...rest] = await listAll(source);
  if (first === undefined || rest.length > 0) throw new Error('expected one object');
  return first;
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

export async function readText(source: ObjectSource, object: ListedObject): Promise<string> {
  return (await collect(source.open(object).stream({ from: 0, to: object.size }))).toString();
}

/** Bytes of which every place looks different. */
export function patterned(length: number): Buffer {
  const body = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at++) body[at] = (at * 31 + (at >> 8) * 17 + (at >> 16)) & 0xff;
  return body;
}
