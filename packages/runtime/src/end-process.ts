// The last resort: a process whose work is done ends, whatever still keeps it alive.

const LINGERS_MS = 2000;

/** After two seconds in which the process did not end by itself it is ended, with the exit code that was set by then. */
export function endProcess(handle: { exit(): void }): void {
  setTimeout(() => handle.exit(), LINGERS_MS).unref();
}
