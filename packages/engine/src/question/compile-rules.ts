// The rules of a question, compiled with its exceptions, field types and deviations: the same in every process.

import { compileRule, createFieldTypes, type CompiledRule } from '@coldhunt/rules';
import type { Question } from './output.ts';

/** In the question's order. Throws InputError when a rule does not compile. */
export function compileQuestionRules({ rules, exceptions, options }: Question): readonly CompiledRule[] {
  const fieldTypes = createFieldTypes({ overrides: options.field_types, onlyOverrides: options.only_field_types });
  return rules.map(({ rule }) =>
    compileRule(rule, {
      fieldTypes,
      exceptions,
      excludeQueries: options.exclude_queries,
      ignoreExceptions: options.ignore_exceptions,
      ignoreSuppression: options.ignore_suppression,
      newTermsFields: options.new_terms_fields,
      termFallbacks: options.term_fallbacks,
    }),
  );
}
