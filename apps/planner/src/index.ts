// The planner: lists archives, makes plans, and has the nights of watches run.

export { startPlanner } from './start-planner.ts';
export { type ScheduledNights, type ScheduledNightsContext, type SyncedBell } from './scheduled-nights.ts';
