import { z } from 'zod';
import { type Veil, veils } from '../../pictures/veil.ts';

/** Who may teach, of those whom the platform lets; administrators always may. */
export const teacherChoices = ['everyone', 'roles', 'administrators'] as const;

/** What everyone on a server is answered in; `auto` is the language of each person's own client. */
export const languageChoices = ['auto', 'en', 'zh-TW'] as const;

/** The range of each quota, both ends included, and what it is where nobody chose. */
export const quotaLimits = {
  /** Lessons begun in 24 hours. */
  lessonsPerUser: { minimum: 1, maximum: 1000, initially: 20 },
  lessonsPerServer: { minimum: 1, maximum: 1000, initially: 100 },
  /** Pictures drawn in an hour. */
  picturesPerUser: { minimum: 1, maximum: 10_000, initially: 120 },
  picturesPerServer: { minimum: 1, maximum: 10_000, initially: 600 },
  /** Concepts that a server may have at the same time. */
  concepts: { minimum: 1, maximum: 10_000, initially: 500 },
} as const;

export type QuotaName = keyof typeof quotaLimits;
export const quotaNames = Object.keys(quotaLimits) as readonly QuotaName[];

/** A role, a channel or a member, as its platform calls it. */
export interface NamedId {
  readonly id: string;
  readonly name: string;
}

/** What administrators decide for a server. */
export interface ServerSettings {
  readonly teachers: (typeof teacherChoices)[number];
  /** Whose members may teach where `teachers` is `roles`. */
  readonly roles: readonly NamedId[];
  /** Where the bot may be used; everywhere where there are none. */
  readonly channels: readonly NamedId[];
  /** Members who may not use the bot; administrators always may. */
  readonly blocked: readonly NamedId[];
  /** What prompts may not have; see `words.ts`. */
  readonly words: readonly string[];
  readonly quotas: Readonly<Record<QuotaName, number>>;
  readonly language: (typeof languageChoices)[number];
  /** What is done with pictures that the model's safety checker flags, where it has one. */
  readonly flagged: Veil;
  /** Name of the method that teaches; the installation's own where absent. */
  readonly method?: string;
}

/** How many of each a server may name. */
export const mostNamed = { roles: 20, channels: 20, blocked: 200, words: 100 } as const;

/** In characters. */
export const longestWord = 60;

/** A {@link NamedId} that may come from anywhere. */
export const namedSchema = z.object({ id: z.string().min(1).max(100), name: z.string().max(200) });

function quota(name: QuotaName) {
  const { minimum, maximum, initially } = quotaLimits[name];
  return z.int().min(minimum).max(maximum).default(initially);
}

/** A field that is not there is as it was initially: settings of an earlier version stay sound. */
const schema = z.object({
  teachers: z.enum(teacherChoices).default('everyone'),
  roles: z.array(namedSchema).max(mostNamed.roles).default([]),
  channels: z.array(namedSchema).max(mostNamed.channels).default([]),
  blocked: z.array(namedSchema).max(mostNamed.blocked).default([]),
  words: z.array(z.string().min(1).max(longestWord)).max(mostNamed.words).default([]),
  quotas: z
    .object({
      lessonsPerUser: quota('lessonsPerUser'),
      lessonsPerServer: quota('lessonsPerServer'),
      picturesPerUser: quota('picturesPerUser'),
      picturesPerServer: quota('picturesPerServer'),
      concepts: quota('concepts'),
    })
    .prefault({}),
  language: z.enum(languageChoices).default('auto'),
  flagged: z.enum(veils).default('block'),
  method: z
    .string()
    .regex(/^[a-z][a-z-]{0,39}$/)
    .exactOptional(),
}) satisfies z.ZodType<ServerSettings>;

/** What was kept, or undefined where that is no server's settings. Nothing kept is what holds initially. */
export function readSettings(stored: unknown): ServerSettings | undefined {
  const parsed = schema.safeParse(stored === undefined ? {} : stored);
  return parsed.success ? parsed.data : undefined;
}

/** What holds where nobody chose. */
export const initialSettings: ServerSettings = schema.parse({});
