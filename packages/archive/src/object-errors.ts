// The ways in which an object of a plan cannot be read: each is counted in coverage under its code, and the hunt goes on.

import { InputError } from '@coldhunt/core';

export function objectChanged(uri: string, found: string | null, expected: string): InputError {
  return new InputError(
    'OBJECT_CHANGED',
    'the object changed since the plan was made: plan anew to read it as it is now',
    {
      details: { uri, ...(found === null ? {} : { found }), expected },
    },
  );
}

export function objectVanished(uri: string): InputError {
  return new InputError('OBJECT_VANISHED', 'the object was deleted since the plan was made', { details: { uri } });
}

export function objectArchived(uri: string, storageClass: string | null): InputError {
  const where = storageClass === null ? 'an archive storage class' : storageClass;
  return new InputError(
    'OBJECT_ARCHIVED',
    `the object lies in ${where}: restore it first, then resume with --retry archived`,
    {
      details: { uri, ...(storageClass === null ? {} : { storageClass }) },
    },
  );
}

export function objectDenied(uri: string, reason: string): InputError {
  return new InputError('OBJECT_DENIED', `the object may not be read: ${reason}`, { details: { uri } });
}

/** An object that is not below the archive: a plan that was tampered with, or another archive's. */
export function objectOutside(uri: string, archive: string): InputError {
  return new InputError('URI_INVALID', `the object is not part of the archive ${archive}`, {
    details: { uri, archive },
  });
}
