import { expect, test } from 'vitest';
import { explainedListening } from '../src/listening.ts';

test.each([
  ['EADDRINUSE', /^Port 80 of 192\.0\.2\.1 is in use already\..*PORT/],
  ['EADDRNOTAVAIL', /^192\.0\.2\.1 is no address of this machine\..*HOST/],
  ['ENOTFOUND', /^The host name 192\.0\.2\.1 is not known here\..*HOST/],
  ['EACCES', /^This user may not listen on port 80\..*PORT/],
])('a failure to listen with %s names the setting to change', (code, sentence) => {
  const error = explainedListening(Object.assign(new Error('listen'), { code }), '192.0.2.1', 80);
  expect(error).toMatchObject({
    problem: { code: 'invalid-option', message: expect.stringMatching(sentence) },
  });
});
