// One line of `coldhunt doctor`.

import { AppError, toAppError, type ErrorCode } from '@coldhunt/core';

export interface ProbeResult {
  /** `list`, `get`, `put`, `conditional put`, `remove`, `clock`, `region`, `credentials`, `uri`. */
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly expected: string;
  /** The line that mends it; null when there is nothing to mend. With `ok` it is a warning. */
  readonly mend: string | null;
}

export interface Check {
  readonly check: string;
  readonly expected: string;
  /** By the code of the error; `default` for the others. */
  readonly mends: Readonly<Partial<Record<ErrorCode, string>>> & { readonly default: string };
}

/** Runs one check: its text when it is fine, its error and the line that mends it when it is not. */
export async function runCheck(check: Check, act: () => Promise<string>): Promise<ProbeResult> {
  try {
    return { check: check.check, ok: true, found: await act(), expected: check.expected, mend: null };
  } catch (error) {
    const failed = error instanceof AppError ? error : toAppError(error);
    return {
      check: check.check,
      ok: false,
      found: failed.message,
      expected: check.expected,
      mend: check.mends[failed.code] ?? check.mends.default,
    };
  }
}
