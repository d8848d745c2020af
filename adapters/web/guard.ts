import { createHash, randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';

/** Who the browser is, known by a cookie that no script can read. */
export interface Visitor {
  /** Safe to show to others. */
  readonly id: string;
  /** What the page sends back with everything that changes something. */
  readonly key: string;
}

export interface GuardedVariables {
  Bindings: Partial<HttpBindings>;
  Variables: { visitor: Visitor };
}

const cookieName = 'keepsake';
const keyHeader = 'x-keepsake';
const passing: ReadonlySet<string> = new Set(['forwarded', 'via', 'x-real-ip']);
const unknownHost =
  'This chat does not answer under this address. To let it, add what the address has between http:// and the next / to ALLOWED_HOSTS in .env, and start Keepsake again.';

/** Nothing from elsewhere, no inline script or style, in no one's frame. */
export function pageHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'"],
      formAction: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    strictTransportSecurity: false,
    xFrameOptions: 'DENY',
  });
}

/**
 * Turns away requests to a name that is not this server's, which is how a page elsewhere would reach it by pointing
 * its own name here (DNS rebinding).
 */
export function hostGuard(allowed: () => ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    if (allowed().has((c.req.header('host') ?? '').toLowerCase())) return next();
    return c.text(unknownHost, 421);
  };
}

/** Whether something passed the request on, by what proxies write into it. */
export function isPassedOn(headers: Headers): boolean {
  return [...headers.keys()].some((name) => passing.has(name) || name.startsWith('x-forwarded-'));
}

/**
 * Knows the visitor again, and lets no other site's page act in their name. A browser that follows a link from another
 * site keeps the cookie back at first, and does not say that it does so where the chat has no https: so nothing that a
 * link leads to gives a new one, which would make the visitor a stranger.
 */
export function visitorGuard(): MiddlewareHandler<GuardedVariables> {
  return async (c, next) => {
    if (isFollowedLink(c)) return next();
    const visitor = visitorOf(knownCookie(c) ?? newCookie(c));
    c.set('visitor', visitor);
    if (comesFromElsewhere(c)) return c.text('Requests from other sites are not answered.', 403);
    if (!onlyReads(c) && c.req.header(keyHeader) !== visitor.key) {
      return c.json({ message: 'This page is out of date. Load it again.' }, 403);
    }
    return next();
  };
}

/** Whether someone follows a link from elsewhere to the page itself, which reads and changes nothing. */
function isFollowedLink({ req }: Context): boolean {
  const opens = req.header('sec-fetch-mode') === 'navigate' && req.header('sec-fetch-dest') === 'document';
  const fromElsewhere = ['cross-site', 'same-site'].includes(req.header('sec-fetch-site') ?? '');
  return req.method === 'GET' && req.path === '/' && opens && fromElsewhere;
}

function onlyReads({ req }: Context): boolean {
  return req.method === 'GET' || req.method === 'HEAD';
}

function comesFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = c.req.header('origin');
  if (origin === undefined) return !onlyReads(c) && site === undefined;
  const host = c.req.header('host');
  return origin !== `http://${host}` && origin !== `https://${host}`;
}

function knownCookie(c: Context): string | undefined {
  const cookie = getCookie(c, cookieName);
  return cookie !== undefined && /^[\w-]{32}$/.test(cookie) ? cookie : undefined;
}

/** Kept by the browser from where the page begins alone: of several requests at once each would bring another. */
function newCookie(c: Context): string {
  const cookie = randomBytes(24).toString('base64url');
  const year = 365 * 24 * 3600;
  if (begins(c))
    setCookie(c, cookieName, cookie, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: year });
  return cookie;
}

/** Whether the page asks for what it starts from, with a header that no link can carry. */
function begins({ req }: Context): boolean {
  return req.path === '/api/state' && req.header(keyHeader) !== undefined;
}

function visitorOf(cookie: string): Visitor {
  const digest = (purpose: string) => createHash('sha256').update(`${purpose} ${cookie}`).digest('base64url');
  return { id: digest('visitor').slice(0, 16), key: digest('key') };
}
