// The planner: lists archives, makes plans.

export { startPlanner } from './start-planner.ts';
