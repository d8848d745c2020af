import { z } from 'zod';
import { holdsNoCredentials, isOrigin, whole } from './kinds.ts';

/** How the app on Slack is reached, and what it may speak with. */
export interface SlackSettings {
  /** Address of the Web API, with a slash at the end. */
  readonly api: string;
  /** Origins of the addresses that files are fetched from and brought to. */
  readonly files: readonly string[];
  readonly way:
    | { readonly kind: 'socket'; readonly botToken: string; readonly appToken: string }
    | { readonly kind: 'http'; readonly botToken: string; readonly listen: SlackListening }
    | {
        readonly kind: 'many';
        readonly clientId: string;
        readonly clientSecret: string;
        /** 32 bytes that installations are encrypted with. */
        readonly key: Uint8Array;
        readonly listen: SlackListening;
      };
}

export interface SlackListening {
  readonly host: string;
  readonly port: number;
  readonly signingSecret: string;
}

/** Those that are never shown. */
export const slackSecretNames = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_CLIENT_SECRET',
  'SLACK_ENCRYPTION_KEY',
  'SLACK_API_URL',
] as const;

const secret = z
  .string()
  .regex(/^[\x21-\x7e]+$/)
  .optional();

/** The variables. Each description ends the sentence "NAME must be …". */
export const slackFields = {
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-[\x21-\x7e]+$/)
    .optional()
    .describe('a bot token, which begins with xoxb-'),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-[\x21-\x7e]+$/)
    .optional()
    .describe('an app-level token, which begins with xapp-'),
  SLACK_SIGNING_SECRET: secret.describe('the signing secret of the app, without spaces'),
  SLACK_CLIENT_ID: z
    .string()
    .regex(/^[\d.]+$/)
    .optional()
    .describe('the client id of the app, such as 111.222'),
  SLACK_CLIENT_SECRET: secret.describe('the client secret of the app, without spaces'),
  SLACK_ENCRYPTION_KEY: z
    .string()
    .regex(/^[\da-fA-F]{64}$/)
    .transform((digits) => new Uint8Array(Buffer.from(digits, 'hex')))
    .optional()
    .describe('64 hexadecimal digits'),
  SLACK_HOST: z
    .union([z.hostname(), z.ipv4(), z.ipv6()])
    .default('127.0.0.1')
    .describe('a host name or an address'),
  SLACK_PORT: whole(0, 65_535).default(3001).describe('a whole number from 0 to 65535'),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/ })
    .refine(holdsNoCredentials)
    .transform((address) => `${address.replace(/\/+$/, '')}/`)
    .default('https://slack.com/api/')
    .describe('an http or https address without a user name in it'),
  SLACK_FILE_HOSTS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.string().refine(isOrigin)))
    .default(['https://files.slack.com'])
    .describe('origins such as https://files.slack.com with commas between them'),
};

const schema = z.object(slackFields);
type Data = z.infer<typeof schema>;

/** A sentence about what one of the three ways to Slack lacks; undefined where none was begun, or one is whole. */
export function lackingForSlack(data: Data): string | undefined {
  const given = (name: keyof Data) => data[name] !== undefined;
  const begun = (Object.keys(data) as (keyof Data)[]).filter(
    (name) => slackKeys.includes(name) && given(name),
  );
  if (begun.length === 0 || slackFrom(data).slack) return undefined;
  return `${begun.join(', ')} ${begun.length === 1 ? 'is' : 'are'} not enough for Slack. For one workspace set SLACK_BOT_TOKEN with SLACK_APP_TOKEN (Socket Mode) or with SLACK_SIGNING_SECRET (HTTP); for many set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET and SLACK_ENCRYPTION_KEY.`;
}

const slackKeys: readonly string[] = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_CLIENT_ID',
  'SLACK_CLIENT_SECRET',
  'SLACK_ENCRYPTION_KEY',
];

/** The way to Slack that the settings are whole for: without a public address where that can be had. */
export function slackFrom(data: Data): { readonly slack?: SlackSettings } {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = data;
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, SLACK_ENCRYPTION_KEY: key } = data;
  const common = { api: data.SLACK_API_URL, files: data.SLACK_FILE_HOSTS };
  if (botToken && appToken) return { slack: { ...common, way: { kind: 'socket', botToken, appToken } } };
  if (!signingSecret) return {};
  const listen = { host: data.SLACK_HOST, port: data.SLACK_PORT, signingSecret };
  if (botToken) return { slack: { ...common, way: { kind: 'http', botToken, listen } } };
  if (!clientId || !clientSecret || !key) return {};
  return { slack: { ...common, way: { kind: 'many', clientId, clientSecret, key, listen } } };
}
