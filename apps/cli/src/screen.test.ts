import { describe, expect, it } from 'vitest';
import { NO_SCREEN, screenOf, styled, wrapped } from './screen.ts';

const TERMINAL = { isTTY: true, columns: 40 } as const;

describe('what a stream can show', () => {
  it.each([
    ['a terminal', TERMINAL, {}, { columns: 40, hasColor: true, isPlain: false }],
    ['a terminal with NO_COLOR', TERMINAL, { NO_COLOR: '1' }, { columns: 40, hasColor: false, isPlain: false }],
    [
      'an empty NO_COLOR, which says nothing',
      TERMINAL,
      { NO_COLOR: '' },
      { columns: 40, hasColor: true, isPlain: false },
    ],
    ['a terminal that is read aloud', TERMINAL, { TERM: 'dumb' }, { columns: 40, hasColor: false, isPlain: true }],
    ['a pipe', { isTTY: false, columns: 40 }, {}, { columns: null, hasColor: false, isPlain: false }],
  ])('%s', (_name, stream, env, expected) => {
    expect(screenOf(stream as NodeJS.WriteStream, env)).toEqual(expected);
  });

  it('colours nothing where there is no colour', () => {
    expect(styled(NO_SCREEN, 'bad', 'text')).toBe('text');
    expect(styled({ ...NO_SCREEN, hasColor: true }, 'bad', 'text')).toBe('\u001b[31mtext\u001b[39m');
  });

  it('breaks between words only, and never a text for a pipe', () => {
    const text = `  ${'word '.repeat(12)}averyveryverylongwordthatfitsnowhereatallinfortycolumns`;
    expect(wrapped(NO_SCREEN, text, 4)).toBe(text);
    const lines = wrapped({ ...NO_SCREEN, columns: 40 }, text, 4).split('\n');
    expect(lines.slice(0, -1).every((line) => line.length < 40)).toBe(true);
    expect(lines.slice(1).every((line) => /^ {4}\S/.test(line))).toBe(true);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(text.trim());
  });
});
