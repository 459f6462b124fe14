import { describe, expect, it } from 'vitest';
import type { ObjectReader } from '@coldhunt/core';
import type { ShardObject } from '../plan/output.ts';
import { fetchAhead } from './fetch-ahead.ts';

const objectOf = (number: number, size: number): ShardObject =>
  ({ uri: `mem://${number}`, size, etag: 'e', archive: 0, range: null }) as unknown as ShardObject;

interface Store {
  readonly asked: string[];
  readonly open: (object: ShardObject) => ObjectReader;
}

function storeOf(fails: (uri: string) => boolean = () => false): Store {
  const asked: string[] = [];
  const open = ({ uri, size, etag }: ShardObject): ObjectReader => ({
    uri,
    size,
    etag,
    versionId: null,
    async bytes({ from, to }) {
      asked.push(`${uri} ${from}-${to}`);
      if (fails(uri)) throw new Error(`${uri} is gone`);
      return Buffer.alloc(to - from, uri.at(-1));
    },
    async *stream() {},
  });
  return { asked, open };
}

describe('fetchAhead', () => {
  it('gives every object once, in order, whatever their lengths', () => {
    const objects = [3, 0, 2_000_000, 5, 1_048_576, 1_048_577, 9].map((size, number) => objectOf(number, size));
    const { open } = storeOf();
    expect([...fetchAhead(objects, open, undefined)].map(({ object }) => object)).toEqual(objects);
    expect([...fetchAhead([], open, undefined)]).toEqual([]);
  });

  it('asks for small objects before their turn, at most sixteen and four MiB of them, and once', async () => {
    const objects = Array.from({ length: 40 }, (_, number) => objectOf(number, 10));
    const { asked, open } = storeOf();
    for (const { object, reader } of fetchAhead(objects, open, undefined)) {
      expect(asked.length).toBeLessThanOrEqual(Number(object.uri.slice(6)) + 16);
      expect(asked).toContain(`${object.uri} 0-10`);
      expect((await reader.bytes({ from: 0, to: 10 })).toString()).toBe(object.uri.at(-1)?.repeat(10));
    }
    expect(asked).toHaveLength(40);
    const large = storeOf();
    const turns = fetchAhead(
      Array.from({ length: 9 }, (_, number) => objectOf(number, 1_048_576)),
      large.open,
      undefined,
    );
    turns.next();
    expect(large.asked).toHaveLength(4);
  });

  it('reads again what is asked for again, and any other range', async () => {
    const { asked, open } = storeOf();
    for (const { reader } of fetchAhead([objectOf(1, 10)], open, undefined)) {
      expect(await reader.bytes({ from: 2, to: 5 })).toHaveLength(3);
      expect(await reader.bytes({ from: 0, to: 10 })).toHaveLength(10);
    }
    expect(asked).toEqual(['mem://1 0-10', 'mem://1 2-5', 'mem://1 0-10']);
  });

  it('tells what fails at the turn of the object, not before', async () => {
    const { open } = storeOf((uri) => uri === 'mem://2');
    const refusing = (object: ShardObject): ObjectReader => {
      if (object.uri === 'mem://3') throw new Error('no such archive');
      return open(object);
    };
    const turns = fetchAhead(
      [1, 2, 3].map((number) => objectOf(number, 10)),
      refusing,
      undefined,
    );
    const [first, second] = [turns.next().value, turns.next().value];
    expect(await first?.reader.bytes({ from: 0, to: 10 })).toHaveLength(10);
    await expect(second?.reader.bytes({ from: 0, to: 10 })).rejects.toThrow('mem://2 is gone');
    expect(() => turns.next()).toThrow('no such archive');
  });

  it('leaves objects that are cut between shards, and long ones, to who reads them', () => {
    const { asked, open } = storeOf();
    const cut = { ...objectOf(1, 10), range: { from: 0, to: 5 } };
    expect([...fetchAhead([cut, objectOf(2, 2_000_000)], open, undefined)]).toHaveLength(2);
    expect(asked).toEqual([]);
  });
});
