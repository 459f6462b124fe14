// coldhunt.yaml as JSON Schema, for editors: made from the schema that reads it.

import { z } from 'zod';
import { configFileSchema } from './config-file.ts';

/** Draft 7, which the YAML servers of editors know. */
export function configJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configFileSchema, {
    io: 'input',
    target: 'draft-7',
    // Of our types, and nothing that a person who writes the file must know.
    override: ({ jsonSchema }) => delete jsonSchema.readOnly,
  });
  return { $schema, title: 'coldhunt.yaml', ...schema };
}
