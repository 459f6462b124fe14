// The reducer as a process of its own.

import { runProcess } from '@coldhunt/runtime';
import { startReducer } from './start-reducer.ts';

await runProcess('reducer', startReducer, process);
