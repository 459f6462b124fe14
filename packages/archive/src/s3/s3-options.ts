// What is refused of the options for S3 before anything is sent.

import { InputError } from '@coldhunt/core';
import type { S3Options } from '../archive-options.ts';

/** Refuses an endpoint that cannot be used, before anything is sent. Throws OPTION_INVALID, never with a password. */
export function checkS3Options(options: S3Options): void {
  if (options.endpoint === undefined) return;
  const url = URL.canParse(options.endpoint) ? new URL(options.endpoint) : null;
  const shown = JSON.stringify(options.endpoint.replace(/^([^/]*\/\/)?[^/]*@/, '$1***@'));
  const expected = 'expected http://host:port or https://host:port';
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InputError('OPTION_INVALID', `the S3 endpoint ${shown} is no URL of HTTP; ${expected}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new InputError(
      'OPTION_INVALID',
      `the S3 endpoint ${shown} holds a user name or password; ${expected}, and credentials of AWS's kind`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InputError('OPTION_INVALID', `the S3 endpoint ${shown} has a query; ${expected}`);
  }
}
