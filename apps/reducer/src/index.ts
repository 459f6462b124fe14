// The reducer: follows shards, raises alerts, writes reports.

export { startReducer } from './start-reducer.ts';
