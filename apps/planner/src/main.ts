// The planner as a process of its own.

import { runProcess } from '@coldhunt/runtime';
import { startPlanner } from './start-planner.ts';

await runProcess('planner', startPlanner, process);
