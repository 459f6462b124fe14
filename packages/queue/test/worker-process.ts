// A worker in a process of its own, to be killed. Arguments: Redis URL, prefix, run folder, mode, shard id.
// Modes: `work`; `hold`: keeps the first shard for ever; `die`: ends itself with SIGKILL at the named shard.

import { connectRedis, createShardWorker } from '@coldhunt/queue';
import { scanJob } from './build-hunt.ts';

const [url = '', prefix = '', folder = '', mode = 'work', poison = ''] = process.argv.slice(2);
const redis = await connectRedis(url);
const worker = createShardWorker({
  redis,
  prefix,
  concurrency: 2,
  lockMs: 1000,
  stalledEveryMs: 300,
  scan: async (job) => {
    process.stdout.write(`started ${job.shard_id}\n`);
    if (mode === 'hold') await new Promise((resolve) => setTimeout(resolve, 600_000));
    if (mode === 'die' && job.shard_id === poison) process.kill(process.pid, 'SIGKILL');
    return scanJob(job, folder);
  },
});
await worker.ready();
process.stdout.write('ready\n');
