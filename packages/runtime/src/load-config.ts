// A schema of settings, each of which says where it may come from -> their values. Flag > environment > file > default; all problems in
// one error. `.meta(from({ flag: 'redis', env: 'COLDHUNT_REDIS_URL', file: 'redis.url', isSecret: true }))` is what a setting says.

import { InputError, expectedWords, toAppError } from '@coldhunt/core';
import type { z } from 'zod';
import { redactUrls } from './redact-urls.ts';

export interface SettingSources {
  /** The flag as commander names it: `s3Endpoint` for `--s3-endpoint`. */
  readonly flag?: string;
  readonly env?: string;
  /** Dotted path in coldhunt.yaml. */
  readonly file?: string;
  /** Its value is never shown. */
  readonly isSecret?: boolean;
}

export interface ConfigSources {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gives the parsed coldhunt.yaml; what it throws is one more problem. */
  readonly file?: () => unknown;
}

export interface Found {
  readonly value: unknown;
  /** `--s3-endpoint`, `COLDHUNT_S3_ENDPOINT` or `coldhunt.yaml: s3.endpoint`. */
  readonly place: string;
  readonly isFlag: boolean;
}

/** Metadata of a setting. The last call of its chain must be `.meta(from(…))`: zod keeps it for that very schema. */
export function from(sources: SettingSources): { readonly coldhunt: SettingSources } {
  return { coldhunt: sources };
}

/**
 * Throws InputError with one line for every problem: OPTION_INVALID when only flags are wrong, else CONFIG_INVALID. An empty environment
 * variable counts as absent.
 */
export function loadConfig<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  { flags = {}, env = {}, file = () => ({}) }: ConfigSources,
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const problems: { readonly text: string; readonly isFlag: boolean }[] = [];
  let parsedFile: unknown = {};
  try {
    parsedFile = file();
  } catch (error) {
    problems.push({ text: toAppError(error).message, isFlag: false });
  }
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const sources = sourcesOf(setting);
    const found = findSetting(sources, { flags, env, file: parsedFile });
    const parsed = setting.safeParse(found?.value, { error: expectedWords });
    if (parsed.success) values[name] = parsed.data;
    else problems.push({ text: describe(parsed.error, sources, found), isFlag: found?.isFlag ?? false });
  }
  if (problems.length === 0) return Object.freeze(values) as Readonly<z.infer<z.ZodObject<Shape>>>;
  const code = problems.every(({ isFlag }) => isFlag) ? 'OPTION_INVALID' : 'CONFIG_INVALID';
  throw new InputError(code, problems.map(({ text }) => text).join('\n'));
}

/** Where a setting says that it may come from. */
export function sourcesOf(setting: z.ZodType): SettingSources {
  return (setting.meta()?.['coldhunt'] ?? {}) as SettingSources;
}

/** The first of flag, environment and file that gives it; null: none does. */
export function findSetting(
  sources: SettingSources,
  given: { readonly flags: Readonly<Record<string, unknown>>; readonly env: object; readonly file: unknown },
): Found | null {
  const flag = sources.flag === undefined ? undefined : given.flags[sources.flag];
  // `--redis` without a value only says that what is configured is to be used.
  if (flag !== undefined && flag !== null && !(flag === true && sources.isSecret === true)) {
    return { value: flag, place: `--${toKebab(sources.flag ?? '')}`, isFlag: true };
  }
  const variable = sources.env === undefined ? undefined : (given.env as Record<string, unknown>)[sources.env];
  if (variable !== undefined && variable !== '') {
    return { value: variable, place: `environment variable ${sources.env}`, isFlag: false };
  }
  if (sources.file === undefined) return null;
  let value = given.file;
  for (const part of sources.file.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[part];
  return value === undefined ? null : { value, place: `coldhunt.yaml: ${sources.file}`, isFlag: false };
}

function describe(error: z.ZodError, sources: SettingSources, found: Found | null): string {
  const reasons = [...new Set(error.issues.map(({ message }) => message))].join('; ');
  if (found === null) {
    const places = [sources.flag === undefined ? null : `--${toKebab(sources.flag)}`, sources.env, sources.file];
    return `missing: give ${places.filter((place) => place !== null && place !== undefined).join(', ')} (${reasons})`;
  }
  const shown = sources.isSecret === true ? '' : ` ${JSON.stringify(redactUrls(String(found.value)).slice(0, 200))}`;
  return `${found.place}${shown}: ${reasons}`;
}

function toKebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
