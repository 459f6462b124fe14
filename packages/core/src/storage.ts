// The two stores that engine and queue know: where archived objects are read, and where the files of a run lie.

/** Why a listed object can be read or not. `archived`: GLACIER or DEEP_ARCHIVE without a restored copy. */
export interface ListedObject {
  /** `s3://bucket/key` percent-encoded per key segment, or `file:///…`: unique, printable, one line. */
  readonly uri: string;
  /** The key below the archive's root, as the store spells it (not encoded). What layouts and globs see. */
  readonly key: string;
  readonly size: number;
  /** Opaque; changes when the object changes. Files: size and modification time in nanoseconds. */
  readonly etag: string;
  /** Milliseconds since 1970; null where the store does not tell. */
  readonly lastModifiedMs: number | null;
  /** `STANDARD`, `GLACIER`, …; `FILE` for files. */
  readonly storageClass: string;
  readonly isArchived: boolean;
  /**
   * Why it is no object to be read, where the store can tell: a file that a coldhunt run left in this archive, a symbolic link (what
   * it shows may lie outside), a pipe, socket or device. `read-before`: an earlier night of the same watch has read it.
   */
  readonly passedOver?: 'run-folder' | 'symbolic-link' | 'special-file' | 'read-before' | undefined;
}

/** An object of a plan, to be read as it was listed. */
export interface PinnedObject {
  readonly uri: string;
  readonly size: number;
  readonly etag: string;
}

export interface ByteRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Memory for the chunks of a stream: lent and given back, so that gigabytes pass through a few megabytes. */
export interface ChunkMemory {
  /** So many bytes, of any content. */
  lend(length: number): Uint8Array;
  /** Nobody looks at this chunk any more: it may be lent again. Chunks that were not lent are let go. */
  giveBack(chunk: Uint8Array): void;
}

/** One object, open for reading. Every read is of the pinned version: OBJECT_CHANGED, OBJECT_VANISHED, OBJECT_ARCHIVED, OBJECT_DENIED otherwise. */
export interface ObjectReader {
  readonly uri: string;
  readonly size: number;
  readonly etag: string;
  /** Known after the first read; null where the store keeps no versions. */
  readonly versionId: string | null;
  /** All bytes of a short range. */
  bytes(range: ByteRange, signal?: AbortSignal): Promise<Uint8Array>;
  /** The bytes of a range in order, in chunks of one or two MiB; pulling is the back-pressure. A body that breaks midway goes on. Chunks may be lent from `memory`. */
  stream(range: ByteRange, signal?: AbortSignal, memory?: ChunkMemory): AsyncIterable<Uint8Array>;
}

export interface ObjectSource {
  /** The archive's URI as asked, without secrets. */
  readonly uri: string;
  /**
   * Pages of objects in the store's order (UTF-8 bytes of the key, ascending). `after`: a store that can begins behind this key, below the
   * root; others give all.
   */
  list(signal?: AbortSignal, after?: string): AsyncIterable<readonly ListedObject[]>;
  open(object: PinnedObject): ObjectReader;
  /** What is to be said of a listing that was read to its end. */
  notes?(): readonly string[];
  /** Lets go of connections; what is being read fails. Whoever opened the source closes it. */
  close?(): Promise<void>;
}

/** The run folder. Paths are relative, with `/`. */
export interface RunStore {
  readonly uri: string;
  /** Writes the file unless it is there (conditional create; rename on a file system). Tells whether it was written. */
  putOnce(path: string, body: Uint8Array): Promise<'created' | 'exists'>;
  /** Writes the file in place of any other: only for what is derived and outside comparisons, and for `--clobber`. */
  put(path: string, body: Uint8Array): Promise<void>;
  /** Streams a large file into place, in place of any other; nothing is seen of it before its end. */
  putStream(path: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** The file, or null when there is none. */
  get(path: string): Promise<Uint8Array | null>;
  /** The file in chunks; throws RUN_INVALID when there is none. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** Relative paths that begin with `prefix`, in order. */
  list(prefix: string): AsyncIterable<readonly string[]>;
  /** Names directly below a folder, which is empty or ends with its slash: those of folders end with a slash. Absent: `listEntries` tells them. */
  entries?(folder: string): AsyncIterable<readonly string[]>;
  /** Removes the file; nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /** Takes away the folders that this store made, where nothing lies in them. Absent where there are no folders. */
  removeEmptyFolders?(): Promise<void>;
  /** Lets go of connections. Whoever opened the store closes it. */
  close?(): Promise<void>;
}
