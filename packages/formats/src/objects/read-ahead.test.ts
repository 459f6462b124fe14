import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

describe('readAhead', () => {
  it('gives the same chunks, and asks for the next before one is worked on', async () => {
    const made: number[] = [];
    async function* source(): AsyncGenerator<number> {
      for (let number = 0; number < 4; number += 1) {
        made.push(number);
        yield number;
      }
    }
    const taken: number[] = [];
    for await (const number of readAhead(source())) {
      await new Promise(setImmediate);
      expect(made).toHaveLength(Math.min(4, number + 2));
      taken.push(number);
    }
    expect(taken).toEqual([0, 1, 2, 3]);
  });

  it('tells an error after the chunks before it', async () => {
    const broken = new Error('broken');
    async function* source(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw broken;
    }
    const taken: number[] = [];
    const read = async (): Promise<void> => {
      for await (const number of readAhead(source())) {
        await new Promise(setImmediate);
        taken.push(number);
      }
    };
    await expect(read()).rejects.toBe(broken);
    expect(taken).toEqual([1, 2]);
  });

  it('ends its source when nobody wants more, and hides no error of it in the dark', async () => {
    let isEnded = false;
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1;
        throw new Error('nobody asked');
      } finally {
        isEnded = true;
      }
    }
    for await (const number of readAhead(source())) {
      expect(number).toBe(1);
      await new Promise(setImmediate);
      break;
    }
    expect(isEnded).toBe(true);
  });
});
