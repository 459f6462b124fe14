import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from './config-schema.ts';

describe('the JSON Schema of coldhunt.yaml', () => {
  it('is the one in the tree: coldhunt config schema > packages/runtime/coldhunt.schema.json', async () => {
    const kept = await readFile(new URL('../coldhunt.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(kept)).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it('knows every key, and no other', () => {
    expect(configJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { archives: { additionalProperties: { required: ['uri'] } }, redis: { type: 'object' } },
    });
  });
});
