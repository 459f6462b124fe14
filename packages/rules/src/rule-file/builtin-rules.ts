// The rules that come with coldhunt. They are Elastic's, under Elastic's licence, in a folder of their own.

import { readFileSync } from 'node:fs';
import { InvariantError } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import type { Rule } from '../rule.ts';
import { loadRules } from './load-rules.ts';

const NAMES = ['execution_aws_ssm_sendcommand_with_command_parameters'];

/** The built-in rules, in order of their ids. */
export function builtinRules(fieldTypes: FieldTypes): readonly Rule[] {
  const files = NAMES.map((name) => ({
    name: `${name}.toml`,
    text: readFileSync(new URL(`../../rules-builtin/${name}.toml`, import.meta.url), 'utf8'),
  }));
  return loadRules(files, fieldTypes).map(({ rule, reason, file }) => {
    if (rule === null) throw new InvariantError('INVARIANT', `the built-in rule ${file} does not load: ${reason}`);
    return rule;
  });
}

/** The cases of the built-in rules, in the same order: YAML, as `coldhunt rules test` reads it. */
export function builtinRuleTests(fieldTypes: FieldTypes): readonly { readonly rule: Rule; readonly text: string }[] {
  return builtinRules(fieldTypes).map((rule, index) => ({
    rule,
    text: readFileSync(new URL(`../../rule-tests/${NAMES[index]}.tests.yaml`, import.meta.url), 'utf8'),
  }));
}
