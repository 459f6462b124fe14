// The archives of a run, opened as this process's own configuration says. Whoever opened them closes them.

import { openArchive } from '@coldhunt/archive';
import type { ObjectSource } from '@coldhunt/core';
import type { RunFile } from '@coldhunt/engine';
import { s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';

/** One per archive of the question, in its order. */
export function openSources({ question }: RunFile, config: ProcessConfig): readonly ObjectSource[] {
  return question.archives.map(({ uri, name }) =>
    openArchive(uri, { cwd: config.cwd, s3: s3ConnectionOf(config, name) }),
  );
}

export async function closeSources(sources: readonly ObjectSource[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close?.()));
}
