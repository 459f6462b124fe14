// coldhunt.yaml of a process: the file that is named, else the one in the folder at hand, else none.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@coldhunt/core';
import { parseConfigFile, type ConfigFile } from './config-file.ts';

/** Throws InputError CONFIG_INVALID when it is wrong, or when the file that `--config` names is not there. */
export function readConfigFile(path: string | undefined, cwd: string): ConfigFile {
  const { name, text } = openConfigText(path, cwd) ?? { name: 'coldhunt.yaml', text: '' };
  return parseConfigFile(text, name);
}

/** Its text; null: none is named, and there is none. Throws as `readConfigFile`. */
export function openConfigText(
  path: string | undefined,
  cwd: string,
): { readonly name: string; readonly text: string } | null {
  const name = path ?? join(cwd, 'coldhunt.yaml');
  try {
    return { name, text: readFileSync(name, 'utf8') };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent && path === undefined) return null;
    const why = isAbsent ? 'no such file' : (error as Error).message;
    throw new InputError('CONFIG_INVALID', `cannot read the configuration ${name}: ${why}`, {
      cause: error,
    });
  }
}
