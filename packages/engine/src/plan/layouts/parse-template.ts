// A template's text -> nodes. Three spellings of time: strftime (`%Y/%m/%d/%H`), Java and Joda (`yyyy/MM/dd/HH`, also within
// `!{timestamp:…}`, `%{+…}` and `%{…}`), and hive partitions without a value (`year=/month=/day=`).

import { InputError } from '@coldhunt/core';
import type { TimeUnit } from './time-parts.ts';

export type TemplateNode =
  | { readonly kind: 'literal'; readonly text: string }
  /** Any characters: of one folder, or across folders. */
  | { readonly kind: 'any'; readonly crossesFolders: boolean; readonly atLeast: 0 | 1 }
  /** One character of a folder. */
  | { readonly kind: 'one' }
  | {
      readonly kind: 'field';
      readonly unit: TimeUnit;
      readonly least: number;
      readonly most: number;
      readonly isShortYear: boolean;
    };

type FieldNode = Extract<TemplateNode, { kind: 'field' }>;

const field = (unit: TimeUnit, least: number, most = least, isShortYear = false): FieldNode => ({
  kind: 'field',
  unit,
  least,
  most,
  isShortYear,
});
const literal = (text: string): TemplateNode => ({ kind: 'literal', text });
const YEAR = field('year', 4);
const MONTH = field('month', 2);
const DAY = field('day', 2);
const HOUR = field('hour', 2);
const MINUTE = field('minute', 2);
const SECOND = field('second', 2);
const SHORT_YEAR = field('year', 2, 2, true);
const DAY_OF_YEAR = field('dayOfYear', 3);
const EPOCH = field('epoch', 9, 13);

const STRFTIME: Readonly<Record<string, readonly TemplateNode[]>> = {
  Y: [YEAR],
  y: [SHORT_YEAR],
  m: [MONTH],
  d: [DAY],
  H: [HOUR],
  M: [MINUTE],
  S: [SECOND],
  j: [DAY_OF_YEAR],
  s: [EPOCH],
  F: [YEAR, literal('-'), MONTH, literal('-'), DAY],
  T: [HOUR, literal(':'), MINUTE, literal(':'), SECOND],
  R: [HOUR, literal(':'), MINUTE],
  '%': [literal('%')],
};
const JAVA: Readonly<Record<string, TemplateNode>> = {
  yyyy: YEAR,
  YYYY: YEAR,
  uuuu: YEAR,
  yy: SHORT_YEAR,
  MM: MONTH,
  dd: DAY,
  DDD: DAY_OF_YEAR,
  HH: HOUR,
  mm: MINUTE,
  ss: SECOND,
  T: literal('T'),
};
const JAVA_RUN = /yyyy|YYYY|uuuu|yy|MM|DDD|dd|HH|mm|ss|T/g;
const HIVE: Readonly<Record<string, readonly TemplateNode[]>> = {
  year: [YEAR],
  month: [MONTH],
  day: [DAY],
  hour: [HOUR],
  minute: [MINUTE],
  date: STRFTIME['F'] ?? [],
  dt: STRFTIME['F'] ?? [],
  ds: STRFTIME['F'] ?? [],
  eventday: [YEAR, MONTH, DAY],
  ts_hour: [...(STRFTIME['F'] ?? []), literal('-'), HOUR],
};

/** Throws InputError LAYOUT_INVALID with what was found and expected. */
export function parseTemplate(text: string): readonly TemplateNode[] {
  const usesPercent = /%(?!\{)/.test(text);
  const usesJava = !usesPercent && !/[!%]\{/.test(text) && /yyyy|YYYY|uuuu/.test(text);
  const nodes: TemplateNode[] = [];
  // A template may begin at any folder, so that a leading slash says nothing.
  let at = text.startsWith('/') && text.length > 1 ? 1 : 0;
  while (at < text.length) {
    const { taken, made } = takeNode(text, at, { usesJava, isHive: !usesPercent && !usesJava });
    nodes.push(...made);
    at += taken;
  }
  return widen(mergeLiterals(nodes));
}

interface Taken {
  readonly taken: number;
  readonly made: readonly TemplateNode[];
}

interface Spelling {
  readonly usesJava: boolean;
  readonly isHive: boolean;
}

function takeNode(text: string, at: number, { usesJava, isHive }: Spelling): Taken {
  const rest = text.slice(at);
  const braces = /^(?:!\{([a-zA-Z]+):?([^}]*)\}|%\{\+?([^}]*)\})/.exec(rest);
  if (braces !== null) return takeBraces(text, braces);
  const first = rest.charAt(0);
  if (first === '%') {
    const made = STRFTIME[rest.charAt(1)];
    if (made === undefined) {
      throw invalid(
        text,
        `unknown token "${rest.slice(0, 2)}"; known are ${Object.keys(STRFTIME)
          .map((name) => `%${name}`)
          .join(' ')}`,
      );
    }
    return { taken: 2, made };
  }
  if (rest.startsWith('**')) return { taken: /^\*+/.exec(rest)?.[0].length ?? 2, made: [anything(true, 0)] };
  if (first === '*') return { taken: 1, made: [anything(false, 0)] };
  if (first === '?') return { taken: 1, made: [{ kind: 'one' }] };
  const tag = /^\$(?:\{[^}]*\}|[A-Za-z_]+(?:\[\d+\])?)/.exec(rest);
  if (tag !== null) return { taken: tag[0].length, made: [anything(false, 1)] };
  if (usesJava) {
    const java = takeJava(rest);
    if (java !== null) return java;
  }
  const hive = isHive ? /^([A-Za-z_]+)=(?=\/|$)/.exec(rest) : null;
  const isSegmentStart = at === 0 || text[at - 1] === '/';
  if (hive !== null && isSegmentStart) return takeHive(text, hive[0], hive[1] ?? '');
  return { taken: 1, made: [literal(first)] };
}

// Firehose `!{timestamp:yyyy/MM}` and `!{partitionKeyFromQuery:x}`; Logstash `%{+YYYY}`; Data Prepper `%{yyyy}`.
function takeBraces(text: string, braces: RegExpExecArray): Taken {
  const [all, name, argument, bare] = braces;
  if (name !== undefined && name !== 'timestamp') return { taken: all.length, made: [anything(false, 1)] };
  const pattern = (name === undefined ? bare : argument) ?? '';
  const made: TemplateNode[] = [];
  for (let rest = pattern; rest !== '';) {
    const java = takeJava(rest);
    if (java?.isName === true || rest.startsWith('[')) {
      // `%{[host][name]}` and the like are fields of the event: anything may stand there.
      if (name === undefined) return { taken: all.length, made: [anything(false, 1)] };
      if (!/^[TZ]$/.test(rest.slice(0, java?.taken)))
        throw invalid(text, `unknown letters in the pattern "${pattern}"`);
    }
    made.push(...(java?.made ?? [literal(rest.charAt(0))]));
    rest = rest.slice(java?.taken ?? 1);
  }
  return { taken: all.length, made };
}

// Quoted text, or a run of letters that consists of tokens only: `logs` stays a name, `yyyyMMdd` and `ddTHH` do not.
function takeJava(rest: string): (Taken & { readonly isName: boolean }) | null {
  const quoted = /^'([^']*)'/.exec(rest);
  if (quoted !== null) return { taken: quoted[0].length, made: [literal(quoted[1] || "'")], isName: false };
  const run = /^[A-Za-z]+/.exec(rest)?.[0];
  if (run === undefined) return null;
  const tokens = run.match(JAVA_RUN) ?? [];
  const isName = tokens.join('') !== run || tokens.every((token) => token === 'T');
  return { taken: run.length, made: isName ? [literal(run)] : tokens.flatMap((token) => JAVA[token] ?? []), isName };
}

function takeHive(text: string, all: string, name: string): Taken {
  const value = HIVE[name.toLowerCase()];
  if (value === undefined) return { taken: all.length, made: [literal(all), anything(false, 0)] };
  // `day=` alone is a whole date, beside `year=` it is one part.
  const isWholeDate = name.toLowerCase() === 'day' && !/(?:^|\/)year=/i.test(text);
  return { taken: all.length, made: [literal(all), ...(isWholeDate ? (STRFTIME['F'] ?? []) : value)] };
}

function anything(crossesFolders: boolean, atLeast: 0 | 1): TemplateNode {
  return { kind: 'any', crossesFolders, atLeast };
}

function mergeLiterals(nodes: readonly TemplateNode[]): readonly TemplateNode[] {
  const merged: TemplateNode[] = [];
  for (const node of nodes) {
    const last = merged.at(-1);
    if (node.kind === 'literal' && last?.kind === 'literal') merged[merged.length - 1] = literal(last.text + node.text);
    else merged.push(node);
  }
  return merged;
}

// Hive writers and others leave out the leading zero: `month=1`. Where no other digits can follow or precede, one digit will do.
function widen(nodes: readonly TemplateNode[]): readonly TemplateNode[] {
  return nodes.map((node, index) => {
    if (node.kind !== 'field' || node.most !== 2 || node.isShortYear) return node;
    const [before, after] = [nodes[index - 1], nodes[index + 1]];
    const isFree =
      (before === undefined || (before.kind === 'literal' && !/\d$/.test(before.text))) &&
      (after === undefined || (after.kind === 'literal' && !/^\d/.test(after.text)));
    return isFree ? { ...node, least: 1 } : node;
  });
}

function invalid(text: string, reason: string): InputError {
  return new InputError('LAYOUT_INVALID', `cannot use the layout ${JSON.stringify(text)}: ${reason}`, {
    details: { layout: text },
  });
}
