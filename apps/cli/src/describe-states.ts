// How many rules are ready, unsupported and invalid: all of them, then by type.

import { countOf } from '@coldhunt/core';
import type { LoadedRule, RuleState } from '@coldhunt/rules';
import { formatCount, toTerminalText } from './terminal-text.ts';

const STATES: readonly RuleState[] = ['ready', 'unsupported', 'invalid'];

/** `3 rules: 1 ready, 2 unsupported, 0 invalid` and a line for each type, with the states that it has. */
export function describeStates(loaded: readonly Pick<LoadedRule, 'type' | 'state'>[]): string {
  const numbers = (of: typeof loaded, isWhole: boolean): string =>
    STATES.map((state) => ({ state, number: of.filter((rule) => rule.state === state).length }))
      .filter(({ number }) => isWhole || number > 0)
      .map(({ state, number }) => `${formatCount(number)} ${state}`)
      .join(', ');
  const types = [...new Set(loaded.map(({ type }) => type ?? 'no type'))].toSorted();
  const width = Math.max(...types.map((type) => type.length));
  const lines = types.map((type) => {
    const ofType = loaded.filter((rule) => (rule.type ?? 'no type') === type);
    return `  ${type.padEnd(width)}  ${numbers(ofType, false)}`;
  });
  return `${[`${countOf(loaded.length, 'rule')}: ${numbers(loaded, true)}`, ...lines].map(toTerminalText).join('\n')}\n`;
}
