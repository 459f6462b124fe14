import { describe, expect, it } from 'vitest';
import { formatBytes, formatSeconds, toTerminalText } from './terminal-text.ts';

describe('toTerminalText', () => {
  it.each([
    ['plain text', 'plain text'],
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['two\nlines\tand a tab', 'two\\nlines\\tand a tab'],
    ['\u202Egnp.exe', '\\u{202e}gnp.exe'],
    ['\u009b2J', '\\u{9b}2J'],
    ['日本語 é', '日本語 é'],
  ])('shows %j as %j', (text, expected) => {
    expect(toTerminalText(text)).toBe(expected);
  });
});

describe('figures for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 KB'],
    [667_000_000, '667 MB'],
    [5_300_000_000, '5.3 GB'],
  ])('%d bytes are %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  it.each([
    [12.4, '12 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
  ])('%d seconds are %s', (seconds, expected) => {
    expect(formatSeconds(seconds)).toBe(expected);
  });
});
