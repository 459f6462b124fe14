// The process around the command line: arguments in, exit code out.

import { AppError } from '@coldhunt/core';
import { describeError, exitCodeOf } from './exit-code.ts';
import { runCommandLine } from './program.ts';

// A reader that goes away (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  const why = isFull ? 'no space left' : (error.code ?? error.message);
  const told = new AppError(isFull ? 'STORAGE_FULL' : 'STORAGE_FAILED', `cannot write to standard output: ${why}`);
  process.stderr.write(describeError(told));
  process.exit(exitCodeOf(told));
});
// What nobody reads need not be told; the work goes on.
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
  });
} catch (error) {
  process.stderr.write(describeError(error, process.env['COLDHUNT_DEBUG'] === '1'));
  process.exitCode = exitCodeOf(error);
}
