// The reducer: follows shards, raises alerts, writes reports.

export { startReducer, type ReducerOptions } from './start-reducer.ts';
