// The worker as a process of its own.

import { runProcess } from '@coldhunt/runtime';
import { startWorker } from './start-worker.ts';

await runProcess('worker', startWorker, process);
