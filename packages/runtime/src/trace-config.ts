// Each setting with its value and the place that it came from: a flag, an environment variable, a line of coldhunt.yaml, or the default.

import type { z } from 'zod';
import { locateKeys, parseConfigFile, type ConfigFile } from './config-file.ts';
import { findSetting, sourcesOf } from './load-config.ts';
import { settingsSchema, type ConfigFlags } from './process-config.ts';
import { openConfigText } from './read-config-file.ts';
import { redactUrls } from './redact-urls.ts';
import { serviceSchema, type ServiceFlags } from './service-config.ts';

export interface TracedSetting {
  /** As coldhunt.yaml names it, or the option where only that gives it. */
  readonly name: string;
  /** What may be shown of it; a secret is `(set, not shown)`. */
  readonly value: unknown;
  readonly from: string;
}

export interface TracedConfig {
  /** The file that was read; null: there is none. */
  readonly file: string | null;
  readonly settings: readonly TracedSetting[];
}

/** Values of these keys are shown as they are; of other parts of the file only that they are there. */
const SHOWN_SECTIONS = ['archives', 'out'] as const;
const HIDDEN = '(set, not shown)';

/** Throws InputError CONFIG_INVALID for a file that cannot be read. What a flag or variable says is shown, right or wrong. */
export function traceConfig(given: {
  readonly flags: ConfigFlags & ServiceFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): TracedConfig {
  const { flags, env, cwd } = given;
  const opened = openConfigText(flags.config, cwd);
  const name = opened?.name ?? 'coldhunt.yaml';
  const file = parseConfigFile(opened?.text ?? '', name);
  const lineOf = opened === null ? () => null : locateKeys(opened.text, name);
  const placeInFile = (path: readonly string[]): string => {
    const line = lineOf(path);
    return line === null ? name : `${name}:${line}`;
  };
  const ofSchema = ({ shape }: { readonly shape: Readonly<Record<string, z.ZodType>> }): readonly TracedSetting[] =>
    Object.entries(shape).map(([key, setting]) => {
      const sources = sourcesOf(setting);
      const found = findSetting(sources, { flags: { ...flags }, env, file });
      const isOfFile = found !== null && found.place.startsWith('coldhunt.yaml');
      const value = found === null ? setting.safeParse(undefined).data : found.value;
      return {
        name: sources.file ?? key,
        value: shown(value, sources.isSecret === true),
        from: found === null ? 'default' : isOfFile ? placeInFile((sources.file ?? '').split('.')) : found.place,
      };
    });
  return {
    file: opened?.name ?? null,
    settings: [...ofSchema(settingsSchema), ...ofSchema(serviceSchema), ...ofFile(file, placeInFile)],
  };
}

function ofFile(file: ConfigFile, placeOf: (path: readonly string[]) => string): readonly TracedSetting[] {
  const leaves = (value: unknown, path: readonly string[]): readonly TracedSetting[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
      : [{ name: path.join('.'), value: shown(value, false), from: placeOf(path) }];
  return [
    ...SHOWN_SECTIONS.flatMap((section) => leaves(file[section], [section])),
    // A sink may hold a token, in whatever field its kind has.
    ...Object.entries(file.sinks).map(([key, { type }]) => ({
      name: `sinks.${key}`,
      value: `${type} ${HIDDEN}`,
      from: placeOf(['sinks', key]),
    })),
  ];
}

function shown(value: unknown, isSecret: boolean): unknown {
  if (value === null || value === undefined) return null;
  if (isSecret) return HIDDEN;
  return typeof value === 'string' ? redactUrls(value) : value;
}
