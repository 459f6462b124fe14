// When the rules of a question run in mode `parity`.

import {
  compileLiveSchedule,
  firstExecution,
  heldFor,
  suppressionOf,
  type LiveSchedule,
  type Question,
} from '../../question/output.ts';

export interface RuleSchedule {
  readonly schedule: LiveSchedule;
  /** The first execution that is simulated. */
  readonly firstTick: number;
  /** The first that is not. */
  readonly endTick: number;
  /** Whether alert suppression groups its alerts. */
  readonly isGrouped: boolean;
}

/** By rule id; empty in mode `complete`. */
export function schedulesOf(question: Question): ReadonlyMap<string, RuleSchedule> {
  if (question.mode !== 'parity') return new Map();
  return new Map(
    question.rules.map(({ rule }) => {
      const schedule = compileLiveSchedule(rule, question);
      const { first, end } = schedule.sound;
      return [
        rule.rule_id,
        {
          schedule,
          firstTick: Math.max(first, firstExecution(schedule, question, heldFor(rule, question))),
          endTick: end,
          isGrouped: suppressionOf(rule, question) !== null,
        },
      ];
    }),
  );
}
