import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { type Recomputation, recomputations } from '../recomputations.ts';
import { failure, type Result, success } from '../result.ts';
import { type JobSettings, jobFields, jobsFrom } from './jobs.ts';
import { holdsNoCredentials, isOrigin, whole } from './kinds.ts';
import { hidden, secretsOf } from './secrets.ts';
import { lackingForSlack, type SlackSettings, slackFields, slackFrom } from './slack.ts';
import { lackingForStore, type StoreSettings, storeFields, storeFrom } from './store.ts';
import { lackingForTeaching, type TeachingSettings, teachingFields, teachingFrom } from './teaching.ts';
import { type WatchingSettings, watchingFields, watchingFrom } from './watching.ts';

export type { SlackListening, SlackSettings } from './slack.ts';

/** How Keepsake is set up. Every field is a variable of `.env.example`, which says what it is for. */
export interface Settings extends JobSettings, StoreSettings, TeachingSettings, WatchingSettings {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** Whether the local chat runs also where another platform is set up. */
  readonly webChat: boolean;
  /** Absolute path. */
  readonly dataDir: string;
  /** Folder of the base model: absolute path. */
  readonly modelDir: string;
  /** Folder of the models that are kept beside the bundled one: absolute path. */
  readonly modelsDir: string;
  /** Where models are downloaded from. */
  readonly hub: {
    /** Address without a slash at the end. */
    readonly url: string;
    readonly token?: string;
    /** The most that one model may have. */
    readonly mostBytes: number;
  };
  readonly provider: 'auto' | 'cuda' | 'cpu';
  /** What the trunk is computed in. */
  readonly precision: 'auto' | 'float32' | 'float16';
  /** Whether a GPU may multiply float32 numbers as TF32, with 10 bits of fraction. */
  readonly tf32: boolean;
  /** The GPUs to use, one engine process each. */
  readonly gpus: readonly number[];
  /** What a training step computes again to need less memory. */
  readonly recompute: Recomputation | 'auto';
  /** Absent: one for each physical core. */
  readonly threads?: number;
  /** The most pictures that one run of the U-Net draws. */
  readonly picturesAtOnce: number;
  /** Memory of an engine for concepts and what is made of them. */
  readonly conceptCacheBytes: number;
  readonly maxPictureBytes: number;
  /** Longest side of a drawing, in pixels. */
  readonly maxSide: number;
  /** The most that is kept of the concepts of one server, in bytes. */
  readonly maxServerBytes: number;
  /** For how long a server's data outlives the bot's leaving. */
  readonly graceDays: number;
  /** Absent: no Discord. */
  readonly discord?: {
    readonly token: string;
    /** Address of its API, without a slash at the end. */
    readonly api: string;
    /** Origins of the addresses that attachments are fetched from, such as `https://cdn.discordapp.com`. */
    readonly files: readonly string[];
  };
  /** Absent: no Slack. */
  readonly slack?: SlackSettings;
  /** What is never logged, wherever it stands: keys, tokens, and passwords of addresses. */
  readonly secrets: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Each description ends the sentence "NAME must be …". */
const schema = z.object({
  HOST: z
    .union([z.hostname(), z.ipv4(), z.ipv6()])
    .default('127.0.0.1')
    .describe('a host name or an address'),
  PORT: whole(0, 65_535).default(3000).describe('a whole number from 0 to 65535'),
  ALLOWED_HOSTS: z
    .string()
    .transform((list) => list.split(',').map((host) => host.trim()))
    .pipe(z.array(z.string().regex(/^[\w.[\]:-]+$/)))
    .default([])
    .describe('host names with commas between them, each with its port where it has one'),
  WEB_CHAT: z.enum(['no', 'yes']).default('no').describe('yes or no'),
  DATA_DIR: z.string().default('data').describe('a folder'),
  ...storeFields,
  MODEL: z
    .string()
    .regex(/^\w[\w.-]{0,99}$/)
    .optional()
    .describe('the name of a model that npm run model -- list shows'),
  HF_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('an access token as Hugging Face shows it, without spaces'),
  HF_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .refine(holdsNoCredentials)
    .transform((address) => address.replace(/\/+$/, ''))
    .default('https://huggingface.co')
    .describe('an http or https address without a user name in it'),
  MAX_MODEL_BYTES: whole(1000, 1e12 - 1)
    .default(20_000_000_000)
    .describe('a whole number from 1000 to 999999999999'),
  MODEL_DIR: z.string().optional().describe('a folder'),
  PROVIDER: z.enum(['auto', 'cuda', 'cpu']).default('auto').describe('auto, cuda or cpu'),
  PRECISION: z.enum(['auto', 'float32', 'float16']).default('auto').describe('auto, float32 or float16'),
  TF32: z.enum(['no', 'yes']).default('yes').describe('yes or no'),
  GPUS: z
    .string()
    .regex(/^\d{1,2}(\s*,\s*\d{1,2})*$/)
    .transform((list) => [...new Set(list.split(',').map(Number))])
    .default([0])
    .describe('numbers of GPUs with commas between them, such as 0,1'),
  RECOMPUTE: z
    .enum(['auto', ...recomputations])
    .default('auto')
    .describe(`one of auto, ${recomputations.join(', ')}`),
  THREADS: whole(1, 1024).optional().describe('a whole number from 1 to 1024'),
  PICTURES_AT_ONCE: whole(1, 64).default(4).describe('a whole number from 1 to 64'),
  CONCEPT_CACHE_BYTES: whole(1e6, 1e12)
    .default(800_000_000)
    .describe('a whole number from 1000000 to 1000000000000'),
  ...teachingFields,
  MAX_PICTURE_BYTES: whole(1000, 1e9).default(10_485_760).describe('a whole number from 1000 to 1000000000'),
  MAX_SERVER_BYTES: whole(1e6, 1e12 - 1)
    .default(6_000_000_000)
    .describe('a whole number from 1000000 to 999999999999'),
  MAX_SIDE: whole(64, 4096).default(1024).describe('a whole number from 64 to 4096'),
  ...jobFields,
  GRACE_DAYS: whole(0, 3650).default(30).describe('a whole number from 0 to 3650'),
  DISCORD_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('a bot token as the Developer Portal shows it, without spaces'),
  DISCORD_API_URL: z
    .url({ protocol: /^https?$/ })
    .refine(holdsNoCredentials)
    .transform((address) => address.replace(/\/+$/, ''))
    .default('https://discord.com/api')
    .describe('an http or https address without a user name in it'),
  DISCORD_FILE_HOSTS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.string().refine(isOrigin)))
    .default(['https://cdn.discordapp.com', 'https://media.discordapp.net'])
    .describe('origins such as https://cdn.discordapp.com with commas between them'),
  ...slackFields,
  ...watchingFields,
});

/** The names of all settings. */
export const settingNames: readonly string[] = Object.keys(schema.shape);

/**
 * Settings from a record of variables; an empty value counts as absent. Relative folders are taken from `folder`.
 * The problem, 'invalid-option', names every variable that is wrong, and shows its value unless that is a secret.
 */
export function readSettings(variables: Environment, folder: string): Result<Settings> {
  const given = Object.fromEntries(
    settingNames.flatMap((name) => (variables[name] ? [[name, variables[name]]] : [])),
  );
  const { success: valid, data, error } = schema.safeParse(given);
  if (!valid) {
    const wrong = new Set(error.issues.map((issue) => String(issue.path[0])));
    return failure('invalid-option', [...wrong].map((name) => explain(name, given[name] ?? '')).join('\n'));
  }
  if (data.MODEL && data.MODEL_DIR) {
    return failure(
      'invalid-option',
      'MODEL and MODEL_DIR are both set, and there is one base model. Take one of them out.',
    );
  }
  const lacking = lackingForTeaching(data) ?? lackingForSlack(data) ?? lackingForStore(data);
  if (lacking !== undefined) return failure('invalid-option', lacking);
  return success({ ...settingsFrom(data, folder), secrets: secretsOf(given) });
}

/** Settings from the environment and, for what is not set there, from `.env` in `folder`. */
export function loadSettings(folder: string, environment: Environment = process.env): Result<Settings> {
  const file = join(folder, '.env');
  const written = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return readSettings({ ...written, ...environment }, folder);
}

type Data = z.infer<typeof schema>;

const bundledModel = 'model-store/sketchbook';

function settingsFrom(data: Data, folder: string): Omit<Settings, 'secrets'> {
  const modelsDir = resolve(folder, data.DATA_DIR, 'models');
  return {
    host: data.HOST,
    port: data.PORT,
    allowedHosts: data.ALLOWED_HOSTS,
    webChat: data.WEB_CHAT === 'yes',
    dataDir: resolve(folder, data.DATA_DIR),
    ...storeFrom(data, (path) => resolve(folder, path)),
    modelDir:
      data.MODEL === undefined
        ? resolve(folder, data.MODEL_DIR ?? bundledModel)
        : join(modelsDir, data.MODEL),
    modelsDir,
    hub: {
      url: data.HF_ENDPOINT,
      ...(data.HF_TOKEN !== undefined && { token: data.HF_TOKEN }),
      mostBytes: data.MAX_MODEL_BYTES,
    },
    provider: data.PROVIDER,
    precision: data.PRECISION,
    tf32: data.TF32 === 'yes',
    gpus: data.GPUS,
    recompute: data.RECOMPUTE,
    ...(data.THREADS !== undefined && { threads: data.THREADS }),
    picturesAtOnce: data.PICTURES_AT_ONCE,
    conceptCacheBytes: data.CONCEPT_CACHE_BYTES,
    ...teachingFrom(data),
    maxPictureBytes: data.MAX_PICTURE_BYTES,
    maxSide: data.MAX_SIDE,
    maxServerBytes: data.MAX_SERVER_BYTES,
    ...jobsFrom(data),
    graceDays: data.GRACE_DAYS,
    ...(data.DISCORD_TOKEN !== undefined && {
      discord: { token: data.DISCORD_TOKEN, api: data.DISCORD_API_URL, files: data.DISCORD_FILE_HOSTS },
    }),
    ...slackFrom(data),
    ...watchingFrom(data),
  };
}

function explain(name: string, value: string): string {
  const must = schema.shape[name as keyof typeof schema.shape].description;
  const was = hidden.has(name) ? 'has a value that does not fit' : `is ${JSON.stringify(value)}`;
  return `${name} ${was}; it must be ${must}. Change it in the environment or in .env.`;
}
