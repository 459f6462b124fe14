import { describe, expect, it } from 'vitest';
import { createSearcher } from './create-searcher.ts';

const literals = (...texts: string[]): { bytes: Buffer; ignoreCase: boolean }[] =>
  texts.map((text) => ({ bytes: Buffer.from(text), ignoreCase: false }));

describe('createSearcher', () => {
  it('gives the nearest of several literals', () => {
    expect(createSearcher(literals('curl', 'aws')).find(Buffer.from('  aws curl'), 0, 10)).toBe(2);
  });

  it('finds nothing that is cut off by the end', () => {
    expect(createSearcher(literals('curl')).find(Buffer.from('a curl'), 0, 5)).toBe(-1);
  });

  it('finds any of a hundred literals', () => {
    const many = Array.from({ length: 100 }, (_, index) => `needle-${index}!`);
    const searcher = createSearcher(literals(...many));
    for (const needle of many) expect(searcher.find(Buffer.from(`.....${needle}`), 0, 20)).toBe(5);
    expect(searcher.find(Buffer.from('needle-101!'), 0, 11)).toBe(-1);
  });

  it('finds letters of either case where case does not count', () => {
    const searcher = createSearcher([{ bytes: Buffer.from('a'), ignoreCase: true }]);
    expect(searcher.find(Buffer.from('bcA'), 0, 3)).toBe(2);
  });
});
