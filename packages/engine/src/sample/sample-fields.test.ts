import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { buildQuestion, buildRule } from '../../test/build-match.ts';
import { createMemorySource } from '../../test/memory-source.ts';
import { sampleFields } from './sample-fields.ts';

it('names the fields that events have, whatever cannot be read', async () => {
  const sources = [
    createMemorySource({
      'a.json': '{"own":{"x":1,"empty":null},"dotted.name":["a"]}\n',
      'b.json': new InputError('OBJECT_DENIED', 'no'),
      'c.gz': gzipSync('{"packed":true}\n'),
      'd.avro': 'Obj\u0001avro.schema and more of it',
    }),
  ];
  const fields = await sampleFields({ question: buildQuestion([buildRule()]), sources });
  expect([...fields].toSorted()).toEqual(['dotted.name', 'own.x', 'packed']);
});
