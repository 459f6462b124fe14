import { describe, expect, it } from 'vitest';
import { malformedPlace, markedError } from './malformed-place.ts';

function errorOf(line: string): string {
  try {
    JSON.parse(line);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the line is well formed');
}

describe('the bad place of a malformed line', () => {
  it.each([
    ['{"c": tru}', { before: '{"c": tru', bad: '}', after: '' }],
    ['{"a": x, "b": "a long text that goes on and on"}', { before: '{"a": ', bad: 'x', after: ', "b": "a…' }],
    [
      '{"b": "a long text that goes on", "y": q, "c": "a long text"}',
      { before: '…s on", "y": ', bad: 'q', after: ', "c": "a …' },
    ],
  ])('%s', (line, { before, bad, after }) => {
    const place = malformedPlace(errorOf(line));
    expect(place?.bad).toBe(bad);
    expect(before.replace('…', '')).toContain(place?.before.replace('…', ''));
    expect(after.replace('…', '').startsWith(place?.after.replace('…', '').slice(0, 5) ?? '?')).toBe(true);
  });

  it('is counted where the parser counts it', () => {
    expect(markedError(errorOf('{"b": "a long text that goes on", y: 1, "c": "a long text"}')).text).toMatch(
      /^Expected double-quoted property name at <mark>character 35<\/mark> of the line$/,
    );
  });

  it('is told in words where the parser shows none, and never obeyed as markup', () => {
    expect(markedError('does not end with a brace').text).toBe('does not end with a brace');
    const hostile = errorOf('{"<img src=x onerror=alert(1)>": <b>, "more": "and more and more"}');
    expect(markedError(hostile).text).not.toMatch(/<(?!\/?(?:code|mark)>)/);
  });
});
