// The planner as a process of its own: only hunts; `coldhunt planner` runs nights of watches too.

import { runProcess } from '@coldhunt/runtime';
import { startPlanner } from './start-planner.ts';

await runProcess('planner', (config, service) => startPlanner(config, service), process);
