import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { createFieldTypes } from './field-types.ts';

const ECS = createFieldTypes();

describe('createFieldTypes', () => {
  it.each([
    ['process.name', 'keyword', 'process.name'],
    ['process.command_line', 'wildcard', 'process.command_line'],
    ['process.command_line.text', 'match_only_text', 'process.command_line'],
    ['process.command_line.caseless', 'keyword', 'process.command_line'],
    ['message', 'match_only_text', 'message'],
    ['source.ip', 'ip', 'source.ip'],
    ['source.port', 'long', 'source.port'],
    ['@timestamp', 'date', '@timestamp'],
    ['data_stream.dataset', 'constant_keyword', 'data_stream.dataset'],
    ['file.pe.imports.x.y', 'flattened', 'file.pe.imports.x.y'],
    ['labels', 'object', 'labels'],
    ['process', 'object', 'process'],
    ['process.parent', 'object', 'process.parent'],
    ['process.keyword', 'dynamic', 'process.keyword'],
    ['labels.env', 'dynamic', 'labels.env'],
    ['foo', 'dynamic', 'foo'],
    ['foo.keyword', 'keyword', 'foo'],
    ['foo.text', 'dynamic', 'foo.text'],
    ['powershell.file.script_block_text', 'text', 'powershell.file.script_block_text'],
  ])('knows %s as %s at %s', (name, kind, path) => {
    const field = ECS.resolve(name);
    expect([field.type.kind, field.path.name]).toEqual([kind, path]);
  });

  it('knows nested fields by the object around them', () => {
    expect(ECS.resolve('threat.enrichments.indicator.ip').nestedPath).toBe('threat.enrichments');
    expect(ECS.resolve('threat.enrichments').nestedPath).toBeNull();
    expect(ECS.resolve('process.name').nestedPath).toBeNull();
  });

  it('takes overrides in place of the schema, with multi-fields and options', () => {
    const types = createFieldTypes({
      overrides: { 'source.ip': 'keyword;ignore_above=3', name: 'text+keyword', 'a.b': 'nested' },
    });
    expect(types.resolve('source.ip').type).toMatchObject({ kind: 'keyword', ignoreAbove: 3 });
    expect(types.resolve('name').type.kind).toBe('text');
    expect(types.resolve('name.keyword')).toMatchObject({
      type: { kind: 'keyword', ignoreAbove: 1024 },
      path: { name: 'name' },
    });
    expect(types.multiFields('name')).toEqual(['name.keyword']);
    expect(types.resolve('a.b.c').nestedPath).toBe('a.b');
  });

  it('knows nothing else when only the overrides are mapped', () => {
    const types = createFieldTypes({ overrides: { 'a.b': 'long' }, onlyOverrides: true });
    expect(types.resolve('process.name').type.kind).toBe('unmapped');
    expect(types.resolve('a.b.keyword').type.kind).toBe('unmapped');
    expect(types.resolve('a').type.kind).toBe('object');
    expect(types.names).toEqual(['a.b']);
  });

  it.each([
    [{ a: 'strange' }, 'field "a": unknown type "strange"; known: keyword text'],
    [{ a: 5 }, 'its type must be a string, found number'],
    [{ a: 'keyword;ignore_above=-1' }, 'unknown option ";ignore_above=-1"'],
    [{ a: 'long;ignore_above=5' }, 'ignore_above belongs to keyword, wildcard and flattened, not to long'],
    [{ a: 'text;normalizer=lowercase' }, 'normalizer belongs to keyword'],
    [{ a: 'long;scaling_factor=5' }, 'scaling_factor belongs to scaled_float'],
    [{ a: 'keyword;analyzer=powershell' }, 'analyzer belongs to text'],
    [{ a: 'text+long' }, '"+long" must be one of'],
    [{ a: 'nested+keyword' }, 'a nested field has no multi-fields'],
    [{ 'a..b': 'long' }, '"a..b" is no field name'],
    [{ 'a*': 'long' }, '"a*" is no field name'],
    [{ '': 'long' }, '"" is no field name'],
  ] as const)('refuses %j', (overrides, message) => {
    const create = (): unknown => createFieldTypes({ overrides });
    expect(create).toThrow(InputError);
    expect(create).toThrow(expect.objectContaining({ code: 'FIELD_TYPES_INVALID' }));
    expect(create).toThrow(message);
  });
});
