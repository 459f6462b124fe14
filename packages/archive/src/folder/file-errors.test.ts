import { expect, it } from 'vitest';
import { AppError, InputError, TransientError } from '@coldhunt/core';
import { toStorageError } from './file-errors.ts';

it.each([
  ['ENOSPC', 'STORAGE_FULL', AppError],
  ['EDQUOT', 'STORAGE_FULL', AppError],
  ['EROFS', 'STORAGE_DENIED', InputError],
  ['EACCES', 'STORAGE_DENIED', InputError],
  ['EPERM', 'STORAGE_DENIED', InputError],
  ['ENOENT', 'STORAGE_NOT_FOUND', InputError],
  ['ENOTDIR', 'STORAGE_NOT_FOUND', InputError],
  ['EMFILE', 'STORAGE_UNAVAILABLE', TransientError],
  ['ESTALE', 'STORAGE_UNAVAILABLE', TransientError],
  ['EIO', 'STORAGE_FAILED', AppError],
])('turns %s into %s', (errno, code, kind) => {
  const error = toStorageError(Object.assign(new Error('system'), { code: errno }), 'write', 'file:///run/x');
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ code, message: expect.stringContaining('cannot write file:///run/x') });
});

it('lets pass what is no error of the system', () => {
  const ours = new InputError('RUN_INVALID', 'ours');
  expect(toStorageError(ours, 'write', 'x')).toBe(ours);
  const other = new Error('other');
  expect(toStorageError(other, 'write', 'x')).toBe(other);
});
