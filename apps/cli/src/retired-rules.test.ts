import { createFieldTypes, loadRules, type LoadedRule } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { isRetiredFolder, whyRetired, withoutRetired } from './retired-rules.ts';

function ruleOf(name: string, maturity: string | null, keys = 'type = "query"\nquery = "a: b"'): LoadedRule {
  const metadata = maturity === null ? '' : `[metadata]\nmaturity = "${maturity}"\n`;
  const head = '[rule]\nrule_id = "a"\nname = "A"\ndescription = "-"\nseverity = "low"\nrisk_score = 1\n';
  const [loaded] = loadRules([{ name, text: `${metadata}${head}${keys}\n` }], createFieldTypes());
  if (loaded === undefined) throw new Error('no rule');
  return loaded;
}

const NONE: ReadonlySet<string> = new Set();

describe('rules that a hunt over a folder leaves out', () => {
  it.each([
    ['rules/a.toml', null, null],
    ['rules/a.toml', 'production', null],
    ['rules/a.toml', 'experimental', null],
    ['rules/a.toml', 'deprecated', 'deprecated'],
    ['rules/a.toml', 'development', 'in development'],
    ['rules/_deprecated/a.toml', null, 'deprecated'],
    ['rules/_deprecated/a.toml', 'production', 'deprecated'],
    ['rules/_deprecated.toml', 'production', null],
    ['rules/deprecated/a.toml', 'production', null],
  ])('%s with maturity %s: %s', (file, maturity, reason) => {
    const loaded = ruleOf(file, maturity);
    const why = whyRetired(loaded, NONE);
    expect(why?.split(' (')[0] ?? null).toBe(reason);
    const left = withoutRetired(loaded, NONE);
    expect(left).toEqual(reason === null ? loaded : { ...loaded, state: 'unsupported', rule: null, reason: why });
    expect(withoutRetired(loaded, new Set([file]))).toBe(loaded);
  });

  it('are left out for that alone, whatever else is wrong with them', () => {
    const left = withoutRetired(ruleOf('_deprecated/a.toml', null, 'type = "query"\nqueri = "a: b"'), NONE);
    expect(left).toMatchObject({ state: 'unsupported', reason: expect.stringContaining('deprecated'), problems: [] });
  });

  it.each([
    ['/pack/rules/_deprecated', true],
    ['/pack/rules/_deprecated/linux', true],
    ['HEAD~1:_deprecated', true],
    ['/pack/rules', false],
    ['/pack/not_deprecated', false],
  ])('the folder %s is one of deprecated rules: %s', (path, is) => {
    expect(isRetiredFolder(path)).toBe(is);
  });
});
