import { describe, expect, it } from 'vitest';
import { describeComplaint } from './exit-code.ts';

describe('what is wrong with a command line', () => {
  it.each([
    [
      "error: option '--layout-time <meaning>' argument 'evnt' is invalid. Allowed choices are event, first-record, arrival.",
      'coldhunt: --layout-time "evnt": expected event, first-record or arrival (OPTION_INVALID)\n  did you mean event?\n',
    ],
    [
      "error: option '--workers <n>' argument '-3' is invalid. Expected a whole number, got \"-3\".",
      'coldhunt: --workers "-3": expected a whole number (OPTION_INVALID)\n',
    ],
    [
      "error: command-argument value 'bsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
      'coldhunt: <shell> "bsh": expected bash, zsh or fish (OPTION_INVALID)\n  did you mean bash?\n',
    ],
    [
      "error: option '--route <name>' argument missing",
      'coldhunt: --route: expected <name> after it (OPTION_INVALID)\n',
    ],
    [
      "error: unknown option '--archve'\n(Did you mean --archive?)",
      "coldhunt: unknown option '--archve' (OPTION_UNKNOWN)\n  did you mean --archive?\n",
    ],
    [
      "error: option '--x <y>' argument '\u001b[31m' is invalid. Allowed choices are a.",
      'coldhunt: --x "\\u001b[31m": expected a (OPTION_INVALID)\n',
    ],
  ])('%j', (complaint, told) => {
    expect(describeComplaint(complaint)).toBe(told);
  });
});
