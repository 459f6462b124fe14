// Cases that stand beside a rule: events, and the alerts that it raises of them.

import { InputError, expectedWords, isObject, schemaProblems, type Document, type DocumentValue } from '@coldhunt/core';
import { z } from 'zod';
import { parseInstantText } from '../question/output.ts';

export interface ExpectedAlert {
  /** The time of its event, milliseconds. */
  readonly timeMs: number;
  /** Values of the rule's terms as texts, in their order; null: they are not looked at. */
  readonly terms: readonly string[] | null;
}

export interface RuleTest {
  readonly name: string;
  readonly mode: 'complete' | 'parity';
  readonly events: readonly Document[];
  readonly alerts: readonly ExpectedAlert[];
}

const termSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const alertSchema = z.union([z.string(), z.strictObject({ time: z.string(), terms: z.array(termSchema).optional() })]);
const testSchema = z.strictObject({
  name: z.string().min(1),
  mode: z.enum(['complete', 'parity']).default('complete'),
  /** Documents as the archive would have them. */
  events: z.array(z.custom<Document>((value) => isObject(value as DocumentValue), 'expected an object')).min(1),
  /** The times of their events, or times with terms. */
  alerts: z.array(alertSchema),
});

/** `place`: what a message names. Throws InputError RULE_INVALID with everything that is wrong. */
export function parseRuleTest(value: unknown, place: string): RuleTest {
  const parsed = testSchema.safeParse(value, { error: expectedWords });
  if (!parsed.success) {
    const lines = schemaProblems(parsed.error.issues, value).map(
      ({ path, words }) => `${place}: ${path.join('.') || 'case'}: ${words}`,
    );
    throw new InputError('RULE_INVALID', lines.join('\n'));
  }
  const { alerts, ...rest } = parsed.data;
  return {
    ...rest,
    alerts: alerts.map((alert) => {
      const { time, terms = null } = typeof alert === 'string' ? { time: alert } : alert;
      return { timeMs: timeOf(time, place), terms };
    }),
  };
}

function timeOf(text: string, place: string): number {
  try {
    return parseInstantText(text, 'a time');
  } catch (error) {
    throw new InputError('RULE_INVALID', `${place}: alerts: ${(error as Error).message}`, { cause: error });
  }
}
