// Where a scan thread begins: a thread has no compile cache of its own accord, and would compile the sources anew each time.

import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./scan-thread.ts');
