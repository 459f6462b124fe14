// The dashboard: how hunts and watches of a place are, in a browser.
export { startDashboard, type DashboardOptions } from './start-dashboard.ts';
