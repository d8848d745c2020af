import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { raise } from '../../src/result.ts';
import type { GuardedVariables } from './guard.ts';
import { sizeWords } from './page/size.ts';
import { type Pace, readFew } from './uploads.ts';

export type WebContext = Context<GuardedVariables>;

/** Messages without pictures have no more, and get in however crowded it is. */
export const fewBytes = 2 ** 16;
/** A browser asks each time whether it is still there: what was forgotten is to be seen nowhere. */
const whileItIsThere = 'private, no-cache';

/** 413, with a sentence for the person. */
export function tooLarge(largestPicture: number): Response {
  return refusal(
    `That is too much to send at once: at most six pictures of ${sizeWords(largestPicture)} each. Send smaller copies.`,
    413,
  );
}

/** JSON that has the sentence as its `message`. */
export function refusal(message: string, status: number): Response {
  return Response.json({ message }, { status });
}

/** A PNG that the browser asks for each time whether it is still there. */
export function picture(c: WebContext, png: Uint8Array): Response {
  return c.body(new Uint8Array(png), 200, { 'content-type': 'image/png', 'cache-control': whileItIsThere });
}

/** A body of a few words. Raises 'invalid-option' where it is no JSON, or not what the schema says, and 'timed-out'; throws the answer 413. */
export async function bodyOf<T>(c: WebContext, schema: z.ZodType<T>, pace?: Pace): Promise<T> {
  const bytes = await readFew(c.req.raw, fewBytes, pace);
  if (!bytes)
    throw new HTTPException(413, { res: refusal('That is more than is taken here. Shorten it.', 413) });
  const body = schema.safeParse(jsonIn(bytes));
  return body.success
    ? body.data
    : raise('invalid-option', 'The request could not be read. Load the page again.');
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
