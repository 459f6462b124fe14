import { describe, expect, it } from 'vitest';
import { createFieldSpelling } from './field-spelling.ts';
import { createFieldTypes } from './field-types.ts';

const ecs = createFieldSpelling(createFieldTypes({ overrides: { 'acme.tenant.name': 'keyword' } }));

describe('a field name', () => {
  it.each([
    ['process.nmae', 'process.nmae is no ECS field: did you mean process.name?'],
    ['process.Name', 'process.Name is no ECS field: did you mean process.name?'],
    ['evnt.category', 'evnt.category is no ECS field: did you mean event.category?'],
    ['acme.tenat.name', 'acme.tenat.name is no ECS field: did you mean acme.tenant.name?'],
    ['Process.Parent.Name', 'Process.Parent.Name is no ECS field: did you mean process.parent.name?'],
    ['proces.nmae', 'proces.nmae is no ECS field: did you mean process.name?'],
    ['mesage', 'mesage is no ECS field: did you mean message?'],
  ])('%s is probably misspelled', (name, said) => {
    expect(ecs(name)).toBe(said);
  });

  it.each([
    'process.name',
    'process.name.caseless',
    'process',
    'acme.tenant.name',
    'acme.other',
    'labels.host',
    'process.Ext.tokens.elevation_level',
    'okta.event_type',
    'process.nmae*',
    'processor.name',
    'args',
    'n',
  ])('%s is not', (name) => {
    expect(ecs(name)).toBeNull();
  });

  it('is compared to the given types alone where no others are mapped', () => {
    const closed = createFieldSpelling(createFieldTypes({ overrides: { course_name: 'text' }, onlyOverrides: true }));
    expect(closed('course_nmae')).toBe('course_nmae is none of the given fields: did you mean course_name?');
    expect(closed('process.name')).toBeNull();
  });
});
