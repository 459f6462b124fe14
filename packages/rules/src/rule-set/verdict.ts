// What a clause can say of an event. Numbers, so that those of all clauses lie in one array.

/** `FAILED`: its values could not be taken, and the other clauses do not decide (EQL_ARITHMETIC, EQL_COMBINATIONS). */
export type Verdict = typeof FALSE | typeof TRUE | typeof FAILED;

export const FALSE = 0;
export const TRUE = 1;
export const FAILED = 2;
