// One seed for the property tests of a run, so that the same tree gives the same answer: `COLDHUNT_SEED=<n> npm test` tries other cases.

import fc from 'fast-check';

const SEED = 20_261_124;

fc.configureGlobal({ seed: Number(process.env['COLDHUNT_SEED'] ?? SEED) });
