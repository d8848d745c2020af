import { expect, test } from 'vitest';
import slack from '../../../adapters/slack/index.ts';
import { unwrap } from '../../../src/result.ts';
import { readSettings } from '../../../src/settings/settings.ts';

const one = { SLACK_BOT_TOKEN: 'xoxb-1' };
const many = {
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'secret',
  SLACK_SIGNING_SECRET: 'signing',
  SLACK_ENCRYPTION_KEY: 'aB'.repeat(32),
};
const read = (variables: Record<string, string>) => readSettings(variables, import.meta.dirname);

test('Slack is wanted where one of the three ways to it is whole, without a public address where that can be had', () => {
  const wayOf = (variables: Record<string, string>) => {
    const settings = unwrap(read(variables));
    expect(slack.wanted(settings)).toBe(true);
    return settings.slack?.way.kind;
  };
  expect(slack.wanted(unwrap(read({})))).toBe(false);
  expect(wayOf({ ...one, SLACK_APP_TOKEN: 'xapp-1' })).toBe('socket');
  expect(wayOf({ ...one, SLACK_SIGNING_SECRET: 'signing' })).toBe('http');
  expect(wayOf({ ...one, SLACK_APP_TOKEN: 'xapp-1', SLACK_SIGNING_SECRET: 'signing' })).toBe('socket');
  expect(wayOf(many)).toBe('many');
});

test('a way to Slack that is not whole is told of, with what would make it so', () => {
  for (const name of Object.keys(many)) {
    const { [name as keyof typeof many]: _, ...rest } = many;
    const result = read(rest);
    expect(result).toMatchObject({ ok: false, problem: { message: expect.stringContaining(name) } });
  }
  expect(read(one)).toMatchObject({
    ok: false,
    problem: { message: expect.stringMatching(/^SLACK_BOT_TOKEN is not enough for Slack/) },
  });
});

test('a wrong secret is named and not shown', () => {
  for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_ENCRYPTION_KEY', 'SLACK_CLIENT_SECRET']) {
    const result = read({ [name]: 'hunter 2' });
    expect(result).toMatchObject({ ok: false, problem: { message: expect.stringContaining(name) } });
    expect(JSON.stringify(result)).not.toContain('hunter');
  }
});

test('files are fetched from the host of Slack alone, and the Web API is Slack’s', () => {
  const { slack: settings } = unwrap(read({ ...one, SLACK_APP_TOKEN: 'xapp-1' }));
  expect([settings?.api, settings?.files]).toEqual(['https://slack.com/api/', ['https://files.slack.com']]);
});
