// Jobs over BullMQ. Redis only says when to look: the run folder decides what is done.

export { connectRedis, type ConnectOptions, type RedisLink } from './connect-redis.ts';
export { type JobContext, type JobEvent, type JobWorker } from './create-job-worker.ts';
export { createHuntWorker, type HuntWorkerOptions } from './create-hunt-worker.ts';
export {
  MAX_STARTS,
  createShardWorker,
  type ScanContext,
  type ShardResult,
  type ShardWorkerOptions,
} from './create-shard-worker.ts';
export { createPartitionWorker, type PartitionWorkerOptions } from './create-partition-worker.ts';
export { openJobService, type JobService, type JobServiceOptions, type JobWorkerBase } from './open-job-service.ts';
export { MAX_WAITING, followHunt, type FollowEvent, type FollowOptions } from './follow-hunt.ts';
export { type FollowProgress } from './followed-shards.ts';
export {
  DEFAULT_PREFIX,
  huntJobId,
  shardJobId,
  type HuntJob,
  type HuntName,
  type PartitionJob,
  type ShardJob,
} from './jobs.ts';
export { nameHunt } from './name-hunt.ts';
export { readFleet, type ActiveShard, type Fleet, type QueueState } from './read-fleet.ts';
export { probeRedis, type RedisProbe } from './probe-redis.ts';
export { sharePartitions, type SharedPartitions } from './share-partitions.ts';
export { huntStatus, type HuntJobStatus, type HuntStatus } from './hunt-status.ts';
export { withdrawHunt } from './withdraw-hunt.ts';
export { submitHunt, submitReduction, type QueueAccess, type SubmitOptions } from './submit-hunt.ts';
export { createScheduleWorker, type ScheduleWorkerOptions } from './create-schedule-worker.ts';
export { type ScheduleJob, type ScheduleResult } from './schedule-job.ts';
export {
  dropSchedule,
  findSchedule,
  listSchedules,
  putSchedule,
  runSchedule,
  scheduleRunState,
  schedulingPlanners,
  type NextInstant,
  type QueuedSchedule,
  type ScheduleAccess,
  type ScheduleRunState,
} from './schedules.ts';
