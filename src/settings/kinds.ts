import { z } from 'zod';

/** A whole number written in digits, both ends included. */
export function whole(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));
}

/** Whether an address has no user name or password in it. */
export function holdsNoCredentials(address: string): boolean {
  const url = URL.parse(address);
  return !url?.username && !url?.password;
}

/** Whether it is an origin: a scheme, a host and no more. */
export function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}
