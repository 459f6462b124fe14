// Objects and run folders on S3, in folders and in memory.

export type { ArchiveOptions, S3Credentials, S3Options } from './archive-options.ts';
export { askIdentity, type AskIdentityOptions, type CallerIdentity } from './identity/ask-identity.ts';
export { makeFolder } from './folder/make-folder.ts';
export { openInventory, type InventoryOptions, type ReadTable } from './inventory/open-inventory.ts';
export { liesWithinPlaces } from './lies-within.ts';
export { openArchive } from './open-archive.ts';
export { openRunStore } from './open-run-store.ts';
export { openSpillRunStore, type SpillOptions } from './spill-run-store.ts';
export {
  createMemoryArchive,
  type MemoryArchive,
  type MemoryArchiveOptions,
  type MemoryObject,
} from './memory/memory-archive.ts';
export { createMemoryRunStore, type MemoryRunStore } from './memory/memory-run-store.ts';
export { probeArchive, type ProbeOptions } from './probe/probe-archive.ts';
export { probeRunStore } from './probe/probe-run-store.ts';
export type { ProbeResult } from './probe/probe-result.ts';
