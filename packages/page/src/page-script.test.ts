import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { pageScript, pageStyle } from './page-script.ts';

describe('the script of the page', () => {
  const script = pageScript();

  it('is one text without imports that a browser takes', () => {
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(/^(?:import|export)\b/m);
    expect(pageScript()).toBe(script);
  });

  it('cannot end its element early, nor can the style', () => {
    expect(script).not.toMatch(/<\/script|<!--/i);
    expect(pageStyle()).not.toMatch(/<\/style/i);
  });

  it('never parses markup and asks for nothing', () => {
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|fetch\(|XMLHttpRequest|WebSocket|EventSource|importScripts|sendBeacon/,
    );
    expect(pageStyle()).not.toMatch(/@import|url\((?!#)/);
  });

  it('leaves room: page and style stay far below a megabyte', () => {
    expect(script.length + pageStyle().length).toBeLessThan(200_000);
  });
});
