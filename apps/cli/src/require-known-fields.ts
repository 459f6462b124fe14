// `--unknown-fields error` of a hunt: EQL rules may ask what is in ECS, what was given a type, and what a sample of the archive shows.

import { InputError } from '@coldhunt/core';
import { sampleFields } from '@coldhunt/engine';
import { compileRule, createFieldTypes } from '@coldhunt/rules';
import type { HuntRequest } from './hunt-request.ts';

/** Reads of the archive only when a rule asks what nothing else knows. Throws InputError EQL_FIELD with every such field. */
export async function requireKnownFields({ question, sources }: HuntRequest): Promise<void> {
  if (unknownFields(question, new Set()).length === 0) return;
  const problems = unknownFields(question, await sampleFields({ question, sources }));
  if (problems.length === 0) return;
  throw new InputError(
    'EQL_FIELD',
    `neither in ECS, nor given a type, nor in the sample of the archive:\n${problems.join('\n')}`,
  );
}

/** The first unknown field of each rule. */
function unknownFields(
  { rules, options }: HuntRequest['question'],
  knownFields: ReadonlySet<string>,
): readonly string[] {
  const fieldTypes = createFieldTypes({ overrides: options.field_types, onlyOverrides: options.only_field_types });
  return rules.flatMap(({ rule }) => {
    if (rule.language !== 'eql') return [];
    try {
      compileRule(rule, { fieldTypes, ignoreExceptions: true, unknownFields: 'error', knownFields });
      return [];
    } catch (error) {
      if (!(error instanceof InputError) || error.code !== 'EQL_FIELD') throw error;
      return [`${rule.name} (${rule.rule_id}): query ${error.message}`];
    }
  });
}
