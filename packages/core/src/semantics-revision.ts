// Raised by whatever can change an answer on the same bytes. A run is resumed under its own revision only.

export const SEMANTICS_REVISION = 4;

/** The version of every file that crosses processes. A process that meets a newer one refuses it (RUN_FORMAT_NEWER). */
export const FORMAT_VERSION = 1;
