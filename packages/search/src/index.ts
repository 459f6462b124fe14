// Literals and a block of bytes -> the lines that may hold a match, and memory that blocks are read into.

export { createLineSearch, type LineSearch } from './create-line-search.ts';
export { createLineFilter } from './create-line-filter.ts';
export { createLineScan } from './line-list.ts';
