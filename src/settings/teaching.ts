import { z } from 'zod';
import { defaultMethod, methodNames } from '../method-names.ts';
import { holdsNoCredentials, whole } from './kinds.ts';

/** How things are taught, and who describes the pictures. */
export interface TeachingSettings {
  /** Name of the method that teaches. */
  readonly method: string;
  /** The same for servers that have one of their own, by server id. */
  readonly serverMethods: ReadonlyMap<string, string>;
  /** Absent: the method's own number. */
  readonly teachSteps?: number;
  /** Whether pictures in which what is taught is small are cut to it. */
  readonly closeUps: boolean;
  /** Absent: the model itself describes pictures. */
  readonly caption?: {
    readonly url: string;
    readonly key?: string;
    readonly model: string;
    readonly seconds: number;
  };
}

/** Each description ends the sentence "NAME must be …". */
export const teachingFields = {
  METHOD: z
    .enum(methodNames)
    .default(defaultMethod)
    .describe(`one of ${methodNames.join(', ')}`),
  SERVER_METHODS: z
    .string()
    .transform((list) => list.split(',').map((pair) => pair.trim().split('=')))
    .pipe(z.array(z.tuple([z.string().min(1), z.enum(methodNames)])))
    .transform((pairs): ReadonlyMap<string, string> => new Map(pairs))
    .default(new Map())
    .describe(
      `pairs such as web:test=c-lora with commas between them; methods are ${methodNames.join(', ')}`,
    ),
  TEACH_STEPS: whole(1, 100_000).optional().describe('a whole number from 1 to 100000'),
  CLOSE_UPS: z.enum(['no', 'yes']).default('yes').describe('yes or no'),
  CAPTION_URL: z
    .url({ protocol: /^https?$/ })
    .refine(holdsNoCredentials)
    .optional()
    .describe('an http or https address without a user name in it, such as https://api.example.com/v1'),
  CAPTION_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('a key as the service shows it, without spaces'),
  CAPTION_MODEL: z.string().default('gpt-4o').describe("the name of one of the service's models"),
  CAPTION_SECONDS: whole(1, 300).default(20).describe('a whole number from 1 to 300'),
};

const schema = z.object(teachingFields);
type Data = z.infer<typeof schema>;

/** What is missing beside what is set; undefined where nothing is. */
export function lackingForTeaching(data: Data): string | undefined {
  return data.CAPTION_KEY && !data.CAPTION_URL
    ? 'CAPTION_KEY is set without CAPTION_URL. Set the address that the key is for.'
    : undefined;
}

/** Variables that were checked, as settings. */
export function teachingFrom(data: Data): TeachingSettings {
  return {
    method: data.METHOD,
    serverMethods: data.SERVER_METHODS,
    ...(data.TEACH_STEPS !== undefined && { teachSteps: data.TEACH_STEPS }),
    closeUps: data.CLOSE_UPS === 'yes',
    ...(data.CAPTION_URL !== undefined && {
      caption: {
        url: data.CAPTION_URL,
        ...(data.CAPTION_KEY !== undefined && { key: data.CAPTION_KEY }),
        model: data.CAPTION_MODEL,
        seconds: data.CAPTION_SECONDS,
      },
    }),
  };
}
