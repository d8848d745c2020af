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

test.each([
  ['postgres://host/db?sslmode=require&password=s%20c+ret%3D1=', ['s%20c+ret%3D1=', 's c ret=1=']],
  ['postgres://host/db?Password=plain', ['plain']],
  ['redis://host?sentinelPassword=other&db=3', ['other']],
  ['postgres://us:one@host/db?password=two', ['one', 'two']],
  ['postgres://host/db?user=me&sslmode=require', []],
])('of %s the passwords are secrets', (STORE_URL, secrets) => {
  expect(secretsOf({ STORE_URL })).toEqual(secrets);
});

test.each(['id:secret', 'https://secret', 'a b', 'x'])(
  'of a setting that is no address %j is a secret, all of it',
  (value) => {
    expect(secretsOf({ CAPTION_KEY: value, S3_SECRET_ACCESS_KEY: value })).toEqual([value]);
  },
);

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

const secret = 'my cat Bello';

/** What libraries throw, with what they were asked inside, by where it comes from. */
const thrown: Readonly<Record<string, () => unknown>> = {
  'ioredis, of a command': () =>
    Object.assign(new Error('WRONGTYPE Operation against a key holding the wrong kind of value'), {
      name: 'ReplyError',
      command: { name: 'set', args: ['job:1', secret] },
      previousErrors: [new Error(secret)],
    }),
  'Redis, of a command that it does not know': () =>
    Object.assign(new Error(`ERR unknown command 'GETX', with args beginning with: '${secret}' `), {
      name: 'ReplyError',
    }),
  'BullMQ, of a job': () =>
    Object.assign(new Error('Missing lock for job 7. moveToFinished'), { job: { data: { prompt: secret } } }),
  'Postgres, of a row': () =>
    Object.assign(new Error('duplicate key value violates unique constraint "keepsake_entries_pkey"'), {
      name: 'error',
      severity: 'ERROR',
      code: '23505',
      detail: `Key (key)=(${secret}) already exists.`,
      where: `unnamed portal parameter $1 = '${secret}'`,
      hint: secret,
      internalQuery: secret,
    }),
  'Postgres, of a value': () =>
    Object.assign(new Error(`invalid input syntax for type bigint: "${secret} said "hello""`), {
      name: 'error',
      severity: 'ERROR',
      code: '22P02',
    }),
  'S3, of a request': () =>
    Object.assign(new Error('The specified key does not exist.'), {
      name: 'NoSuchKey',
      Key: secret,
      $metadata: { httpStatusCode: 404, requestId: secret },
      $response: { headers: { authorization: secret }, body: secret },
    }),
  'fetch, of an address': () =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { url: secret }) }),
  'Node, of an argument': () =>
    Object.assign(
      new TypeError(`The "path" argument must be of type string. Received an instance of ${secret}`),
      {
        code: 'ERR_INVALID_ARG_TYPE',
      },
    ),
  'JSON, of a text': () => caught(() => JSON.parse(`${secret} and what else they said`)),
  'JSON, of the middle of a text': () => caught(() => JSON.parse(`["a","b" ${secret.padEnd(90)}]`)),
  'several at once': () => new AggregateError([new Error(secret)], ''),
  'a problem below another error': () =>
    new Error('it failed', {
      cause: new ProblemError({ code: 'not-found', message: `There is no ${secret}.` }),
    }),
  'no error at all': () => ({ prompt: secret, toString: () => secret }),
  'a text': () => secret,
};

function caught(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test.each(Object.keys(thrown))('of what is thrown by %s nothing is logged that somebody typed', (by) => {
  const error = thrown[by]!();
  for (const details of [{ error }, { err: error }, { error: new Error('above', { cause: error }) }]) {
    const line = logged(quiet, details);
    expect(line).not.toMatch(/my cat|Bello/);
    expect(plainLine(line)).not.toMatch(/my cat|Bello/);
  }
});

test('an error is logged with what tells where and why it failed, and so is what caused it', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), {
    code: 'ECONNREFUSED',
    port: 6379,
  });
  const { error } = JSON.parse(logged(quiet, { error: new RangeError('the lesson was lost', { cause }) }));
  expect(error).toEqual({
    type: 'RangeError',
    message: 'the lesson was lost',
    stack: expect.stringMatching(/^RangeError: the lesson was lost\n {4}at .*log\.test\.ts/),
    cause: {
      type: 'Error',
      message: cause.message,
      code: 'ECONNREFUSED',
      stack: expect.stringMatching(/^Error: connect ECONNREFUSED.*\n {4}at .*log\.test\.ts/),
    },
  });
  expect(plainLine(logged(quiet, { error: new Error('above', { cause }) }))).toMatch(
    /^something happened\nError: above\n.*\ncaused by: Error: connect ECONNREFUSED/s,
  );
});

test('errors that cause one another are logged to an end', () => {
  const [first, second] = [new Error('first'), new Error('second')];
  Object.assign(first, { cause: second });
  Object.assign(second, { cause: first });
  expect(JSON.parse(logged(quiet, { error: first })).error.cause.message).toBe('second');
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

test('what an error quotes of a file moves no cursor on a terminal', () => {
  const error = new Error('no such node: \x1b[2J\x1b]0;mine\x07evil');
  expect(plainLine(logged(quiet, { error }))).toMatch(/^something happened\nError: no such node: evil\n/);
});
