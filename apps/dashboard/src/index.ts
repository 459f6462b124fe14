// The dashboard: how hunts and watches of a place are, in a browser.

export type { HuntActions } from './hunt-actions.ts';
export { startDashboard, type DashboardOptions } from './start-dashboard.ts';
