// Question -> plan -> scan -> reduce -> report.

export {
  type ArchiveQuestion,
  type LayoutTime,
  type Question,
  type RunFile,
  type RunOptions,
} from './question/output.ts';
export { type PlanDone, type Shard, type ShardObject, type SkippedObject } from './plan/output.ts';
export { type Evidence, type Match, type ObjectRecord, type ShardRecord, type ShardStats } from './scan/output.ts';
export { type Alert, type Baseline, type ReduceDone } from './reduce/output.ts';
