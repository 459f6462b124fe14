// The reducer as a process of its own, set up by environment variables and coldhunt.yaml alone.

import { InputError, toAppError } from '@coldhunt/core';
import { loadProcessConfig, loadServiceConfig, redactUrls } from '@coldhunt/runtime';
import { startReducer } from './start-reducer.ts';

const sources = { flags: {}, env: process.env, cwd: process.cwd() };

try {
  await startReducer(loadProcessConfig(sources), loadServiceConfig(sources));
} catch (error) {
  const { code, message } = toAppError(error);
  process.stderr.write(`coldhunt reducer: ${redactUrls(message)} (${code})\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}
