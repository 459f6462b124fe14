// The rules that come with coldhunt. They are Elastic's, under Elastic's licence, in a folder of their own.

import { readFileSync } from 'node:fs';
import { InvariantError } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import type { Rule } from '../rule.ts';
import { loadRules } from './load-rules.ts';

const FILES = ['execution_aws_ssm_sendcommand_with_command_parameters.toml'];

/** The built-in rules, in order of their ids. */
export function builtinRules(fieldTypes: FieldTypes): readonly Rule[] {
  const files = FILES.map((name) => ({
    name,
    text: readFileSync(new URL(`../../rules-builtin/${name}`, import.meta.url), 'utf8'),
  }));
  return loadRules(files, fieldTypes).map(({ rule, reason, file }) => {
    if (rule === null) throw new InvariantError('INVARIANT', `the built-in rule ${file} does not load: ${reason}`);
    return rule;
  });
}
