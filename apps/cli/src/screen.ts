// What a stream can show: how wide it is, whether it may be coloured, whether somebody listens to it instead of seeing it.

/** What a text for people is laid out for. */
export interface Screen {
  /** Columns of the terminal; null: a file or a pipe, whose lines are as long as they are. */
  readonly columns: number | null;
  readonly hasColor: boolean;
  /** TERM=dumb, as screen readers and editors set it: bars of block characters say nothing there. */
  readonly isPlain: boolean;
}

export const NO_SCREEN: Screen = { columns: null, hasColor: false, isPlain: false };

/** NO_COLOR (with any value but an empty one), TERM=dumb and everything that is no terminal get no colour. */
export function screenOf(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const isPlain = env['TERM'] === 'dumb';
  const isTerminal = stream.isTTY === true;
  return {
    columns: isTerminal ? (stream.columns ?? 80) : null,
    hasColor: isTerminal && !isPlain && (env['NO_COLOR'] ?? '') === '',
    isPlain,
  };
}

const CODES = { bold: [1, 22], soft: [2, 22], bad: [31, 39], good: [32, 39], doubtful: [33, 39] } as const;

/** The text in a style, where the screen has colours. */
export function styled({ hasColor }: Screen, style: keyof typeof CODES, text: string): string {
  const [on, off] = CODES[style];
  return hasColor ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

/** One line of words, broken between them where the screen ends; what follows the first line begins with `indent` blanks. */
export function wrapped({ columns }: Screen, text: string, indent: number): string {
  if (columns === null || text.length < columns) return text;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    const isFull = line !== '' && line.length + 1 + word.length >= columns;
    if (isFull) lines.push(line);
    line = isFull ? ' '.repeat(indent) + word : line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
