import { expect, test } from 'vitest';
import { createLog, plainLine, userTextFields } from '../src/log.ts';
import { ProblemError } from '../src/result.ts';
import { secretsOf } from '../src/settings/secrets.ts';

const key = 'sk-a"quoted\\key';
const quiet = { logLevel: 'info', logText: false, secrets: [key] } as const;

function logged(settings: Parameters<typeof createLog>[0], details: object, message = 'something happened') {
  let written = '';
  createLog(settings, {
    write(line) {
      written += line;
    },
  }).info(details, message);
  return written;
}

test('user text is logged as its length, at any depth that commands log at', () => {
  for (const field of userTextFields) {
    const line = logged(quiet, { [field]: 'my cat', a: { [field]: 'my cat', b: { [field]: 'my cat' } } });
    expect(line).not.toContain('my cat');
    expect(line.match(/\[6 characters\]/g)).toHaveLength(3);
  }
});

test('user text is logged where the settings allow it', () => {
  expect(logged({ ...quiet, logText: true }, { prompt: 'my cat' })).toContain('my cat');
});

test('a secret of the settings is logged nowhere, not even inside an error or a message', () => {
  const details = { error: new Error(`refused ${key}`), headers: { authorization: `Bearer ${key}` } };
  const line = logged({ ...quiet, logText: true }, details, `asked with ${key}`);
  expect(line).not.toContain('quoted');
  expect(JSON.parse(line)).toMatchObject({ msg: 'asked with [secret]' });
});

test('of an address in the settings the password is a secret, as it is written and as it is meant', () => {
  const address = 'https://me:s%20cret@captions.example/v1';
  expect(secretsOf({ CAPTION_URL: address })).toEqual(['s%20cret', 's cret']);
  expect(secretsOf({ CAPTION_URL: 'https://captions.example/v1', HOST: 'secret' })).toEqual([]);
});

test('a problem is logged by its code, since its sentence may quote a person', () => {
  const error = new ProblemError({ code: 'unknown-token', message: 'There is no <new9> in my cat.' });
  const line = logged(quiet, { error });
  expect(JSON.parse(line).error).toEqual({ type: 'ProblemError', code: 'unknown-token' });
});

test('other errors keep their message and stack', () => {
  const line = logged(quiet, { error: new TypeError('bug', { cause: new Error('deeper') }) });
  expect(JSON.parse(line).error).toMatchObject({
    type: 'TypeError',
    message: expect.stringContaining('bug'),
  });
  expect(JSON.parse(line).error.stack).toContain('log.test.ts');
});

test('on a terminal a line of the log reads like a sentence, with the stack of an error below it', () => {
  expect(plainLine(logged(quiet, {}, 'engine: on the CPU'))).toBe('engine: on the CPU');
  expect(plainLine('{"level":50,"time":1,"command":"teach","msg":"a command failed"}')).toBe(
    'error: a command failed {"command":"teach"}',
  );
  const [first, second, third] = plainLine(logged(quiet, { error: new TypeError('bug') })).split('\n');
  expect([first, second]).toEqual(['something happened', 'TypeError: bug']);
  expect(third).toMatch(/^ +at .*log\.test\.ts/);
});

test('a problem is a plain line by its code', () => {
  const error = new ProblemError({ code: 'unknown-token', message: 'There is no <new9> in my cat.' });
  expect(plainLine(logged(quiet, { error }))).toBe(
    'something happened\n{"type":"ProblemError","code":"unknown-token"}',
  );
});
