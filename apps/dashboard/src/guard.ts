// Who may look, and who may act. A request is let through when it names this machine (or shows the token), and an action when it comes
// from a page of ours: a foreign page can neither read answers nor send forms that are believed.
//
// without a token   the Host header must name this machine: a foreign name that leads here (DNS rebinding) is refused
// with a token      the token once, in a form; then a cookie that is worth nothing elsewhere and ends with this process
//                   (programs: Authorization: Bearer)

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '@coldhunt/runtime';

const COOKIE = 'coldhunt_session';

export interface Guard {
  /** `login`: it may come in with the token. `refused`: it may not. */
  admit(headers: IncomingHttpHeaders): 'in' | 'login' | 'refused';
  /** The Set-Cookie of a session; null: the token is wrong. */
  login(token: string): string | null;
  /** What a form of ours carries. */
  readonly formToken: string;
  /** Whether a form was sent by a page of ours. */
  isOwnForm(headers: IncomingHttpHeaders, formToken: string): boolean;
  readonly asksToken: boolean;
}

export function createGuard(token: string | null): Guard {
  const key = randomBytes(32);
  const signed = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
  const session = signed(`session ${token ?? ''}`);
  const formToken = signed('form');
  return {
    asksToken: token !== null,
    formToken,
    admit: (headers) => {
      if (token === null) return isLoopback(hostOf(headers)) ? 'in' : 'refused';
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
      if (bearer !== undefined) return isSame(bearer, token) ? 'in' : 'refused';
      return isSame(cookieOf(headers) ?? '', session) ? 'in' : 'login';
    },
    login: (given) =>
      token !== null && isSame(given, token) ? `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/` : null,
    isOwnForm: (headers, given) => {
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin') return false;
      return originHost(headers.origin) === headers.host && isSame(given, formToken);
    },
  };
}

/** The Host header's name without its port. */
function hostOf({ host = '' }: IncomingHttpHeaders): string {
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d+$/, '');
}

/** null: there is none, or it is opaque. Browsers send it with every form. */
function originHost(origin: string | undefined): string | null {
  if (origin === undefined) return null;
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

function cookieOf({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  return cookie
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
}

/** In a time that tells nothing of where they differ. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHmac('sha256', 'same').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
