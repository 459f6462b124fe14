import { describe, expect, it } from 'vitest';
import { damagedPath, openSeal, sealJson } from './seal.ts';

const text = JSON.stringify({ format: 1, name: 'größe', seal: 'of the body' });

describe('a sealed file', () => {
  it('gives back what was sealed, pretty-printed or not', () => {
    expect(openSeal(sealJson(text), 'a.json')).toBe(text);
    const pretty = `${JSON.stringify({ a: 1 }, null, 2)}\n`;
    expect(JSON.parse(openSeal(sealJson(pretty), 'a.json'))).toEqual({ a: 1 });
  });

  it('is JSON that any tool reads', () => {
    expect(JSON.parse(Buffer.from(sealJson('{"a":1}')).toString())).toMatchObject({ a: 1 });
  });

  it('is refused at every length but its own', () => {
    const whole = sealJson(text);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => openSeal(whole.subarray(0, length), 'scan/a.json')).toThrow(/scan\/a\.json is damaged/);
    }
    expect(() => openSeal(Buffer.concat([whole, Buffer.from('\n')]), 'a')).toThrow(/damaged/);
  });

  it('of a newer version is refused as that, however it is sealed', () => {
    expect(() => openSeal(Buffer.from('{ "format": 99, "signature": "x" }'), 'run.json')).toThrow(
      expect.objectContaining({ code: 'RUN_FORMAT_NEWER' }),
    );
  });

  it('is refused with any byte changed, and names its path', () => {
    const whole = sealJson(text);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      let error: unknown = null;
      try {
        openSeal(changed, 'scan/a.json');
      } catch (caught) {
        error = caught;
      }
      expect(damagedPath(error)).toBe('scan/a.json');
    }
  });
});
