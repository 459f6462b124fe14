// How keys carry time: a template, a regular expression with named groups, or the name of a writer -> the time in a key.

import { InputError } from '@coldhunt/core';
import { compileTemplate } from './compile-template.ts';
import { compileRegex } from './regex/compile-regex.ts';
import { createTimeZone, type TimeZone } from './time-zone.ts';
import { toKeyTime, type TimeParts } from './time-parts.ts';
import { WRITERS, type Writer } from './writers.ts';

/** The bucket that a key names: milliseconds, [from, to). */
export interface KeyTime {
  readonly from: number;
  readonly to: number;
}

/** Finds the parts of the time in a key: every reading that the template allows. More than a few, or none: []. */
export type PartFinder = (key: string) => readonly TimeParts[];

export interface Layout {
  /** As it was asked for. */
  readonly text: string;
  readonly timeZone: string;
  /** The bucket of the key's time; null where the key does not fit, names no real time, or can be read as several times. */
  keyTime(key: string): KeyTime | null;
}

export interface LayoutOptions {
  /** IANA name or offset (`Europe/Berlin`, `+02:00`) of the times in keys. Default UTC. */
  readonly timeZone?: string;
}

const LONGEST_TEXT = 1024;
const NAMED_GROUP = /\(\?P?</;

/** Throws InputError LAYOUT_INVALID. */
export function parseLayout(text: string, { timeZone = 'UTC' }: LayoutOptions = {}): Layout {
  if (text.trim() === '' || text.length > LONGEST_TEXT) {
    throw invalid(text, `it has ${text.length} characters, 1 to ${LONGEST_TEXT} expected`);
  }
  return toLayout(text, findersOf(text), timeZone);
}

/** The layout by which a writer's keys are told from others, in UTC; null where nothing about them is its own. */
export function ownLayout({ name, templates, own }: Writer): Layout | null {
  return own === 0 ? null : toLayout(name, templates.slice(0, own).map(compileTemplate), 'UTC');
}

function toLayout(text: string, finders: readonly PartFinder[], timeZone: string): Layout {
  const zone = createTimeZone(timeZone);
  return {
    text,
    timeZone,
    keyTime(key) {
      for (const find of finders) {
        const time = onlyTime(find(key), zone);
        if (time !== null) return time;
      }
      return null;
    },
  };
}

/** The time in a key: see Layout.keyTime. */
export function keyTime(layout: Layout, key: string): KeyTime | null {
  return layout.keyTime(key);
}

function findersOf(text: string): readonly PartFinder[] {
  const writer = WRITERS.find(({ name }) => name === text.toLowerCase());
  if (writer !== undefined) return writer.templates.map((template) => compileTemplate(template));
  if (text.startsWith('regex:')) return [compileRegex(text.slice('regex:'.length))];
  if (NAMED_GROUP.test(text)) return [compileRegex(text)];
  if (/^[a-z][a-z0-9-]*$/i.test(text) && !/yyyy|uuuu/i.test(text)) {
    throw invalid(text, `there is no writer of this name; known are ${WRITERS.map(({ name }) => name).join(', ')}`);
  }
  return [compileTemplate(text)];
}

// A key that can be read as two times says nothing for certain.
function onlyTime(readings: readonly TimeParts[], zone: TimeZone): KeyTime | null {
  let found: KeyTime | null = null;
  for (const reading of readings) {
    const time = toKeyTime(reading, zone);
    if (time === null) continue;
    if (found !== null && (found.from !== time.from || found.to !== time.to)) return null;
    found = time;
  }
  return found;
}

function invalid(text: string, reason: string): InputError {
  return new InputError('LAYOUT_INVALID', `cannot use the layout ${JSON.stringify(text.slice(0, 80))}: ${reason}`);
}
