// The run id: what was asked, as a hash. Two processes that ask the same get the same.

import { canonicalJson, sha256Hex, type DocumentValue } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import type { Question } from './output.ts';

/** SHA-256 (hex) of the question's canonical JSON. What a configuration calls an archive is no part of what was asked. */
export function runIdOf(question: Question): string {
  const archives = question.archives.map((archive) => ({ ...archive, name: null }));
  return sha256Hex(canonicalJson({ ...question, archives } as unknown as DocumentValue));
}

/** SHA-256 (hex) of a rule's canonical JSON. */
export function ruleHashOf(rule: Rule): string {
  return sha256Hex(canonicalJson(rule as unknown as DocumentValue));
}
