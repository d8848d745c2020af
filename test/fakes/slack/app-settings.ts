import type { FakeSlack } from './index.ts';

/** Settings of a bot whose app workspaces of this Slack install, over HTTP on a free port. */
export function appSettings({ world, api, address }: Pick<FakeSlack, 'world' | 'api' | 'address'>) {
  const { clientId, clientSecret, signingSecret } = world;
  return {
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_ENCRYPTION_KEY: '07'.repeat(32),
    SLACK_PORT: '0',
    SLACK_API_URL: api,
    SLACK_FILE_HOSTS: address,
  };
}
