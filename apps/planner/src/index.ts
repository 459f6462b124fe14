// The planner: lists archives, makes plans.

export { startPlanner, type PlannerOptions } from './start-planner.ts';
