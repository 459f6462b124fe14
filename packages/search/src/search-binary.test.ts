import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binaryModule, compileSearch } from '../test/compile-search.ts';
import { openSearch } from './open-wasm.ts';
import { SEARCH_BINARY } from './search-binary.ts';

const checkedIn = Buffer.from(SEARCH_BINARY, 'base64');

describe('the binary of the search', () => {
  it('comes from its source, byte for byte', async () => {
    const binary = await compileSearch();
    expect(Buffer.from(binary).equals(checkedIn)).toBe(true);
    expect(readFileSync(join(import.meta.dirname, 'search-binary.ts'), 'utf8')).toBe(binaryModule(binary));
  });

  it('wants nothing from its host, and is a few kilobytes', () => {
    expect(openSearch()).not.toBe(null);
    expect(checkedIn.length).toBeLessThan(12_000);
  });

  it('has a memory that cannot grow', () => {
    const memory = openSearch()?.memory;
    const before = memory?.buffer;
    expect(() => memory?.grow(1)).toThrow(RangeError);
    expect(memory?.buffer).toBe(before);
  });
});
