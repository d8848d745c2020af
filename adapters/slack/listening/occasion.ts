import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { NamedId } from '../../../src/studio/rules/settings.ts';

/** Somebody does something on Slack, and where. */
export interface Occasion {
  readonly team: string;
  /** The name in the workspace's address. */
  readonly teamName: string;
  readonly user: string;
  readonly userName: string;
  readonly channel?: NamedId;
  readonly thread?: string;
  /** Where it can be answered, five times within half an hour. */
  readonly responseUrl?: string;
  /** What opens a form, once and within 3 s. */
  readonly trigger?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Where something is answered, as it was kept through a restart. */
export const addressSchema = z.object({
  occasion: z.object({
    team: z.string(),
    teamName: z.string(),
    user: z.string(),
    userName: z.string(),
    channel: z.object({ id: z.string(), name: z.string() }).exactOptional(),
    thread: z.string().exactOptional(),
    responseUrl: z.string().exactOptional(),
    at: z.number(),
  }),
  slot: z.object({ channel: z.string(), ts: z.string() }).exactOptional(),
  alone: z.literal(true).exactOptional(),
  brought: z.array(z.string()).exactOptional(),
});

const named = z.object({ id: z.string(), name: z.string().optional() });

export const slashSchema = z.object({
  team_id: z.string(),
  team_domain: z.string(),
  channel_id: z.string(),
  channel_name: z.string(),
  user_id: z.string(),
  user_name: z.string().default(''),
  command: z.string(),
  text: z.string().default(''),
  response_url: z.string().optional(),
  trigger_id: z.string(),
});

const fileSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().optional(),
  url_private: z.string().optional(),
  url_private_download: z.string().optional(),
});
/** A file as payloads tell of it. */
export type FileJson = z.infer<typeof fileSchema>;

const inputSchema = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  files: z.array(fileSchema).nullish(),
});
export type InputJson = z.infer<typeof inputSchema>;

/** What all interactions have of what is used here: pressed buttons, entries of menus, sent forms. */
export const interactionSchema = z.object({
  team: z.object({ id: z.string(), domain: z.string().default('') }),
  user: z.object({
    id: z.string(),
    name: z.string().optional(),
    username: z.string().optional(),
  }),
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  channel: named.optional(),
  container: z
    .object({
      type: z.string(),
      message_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
      thread_ts: z.string().optional(),
    })
    .optional(),
  message: z
    .object({
      ts: z.string().optional(),
      thread_ts: z.string().optional(),
      user: z.string().optional(),
      files: z.array(fileSchema).optional(),
    })
    .optional(),
  action_ts: z.string().optional(),
  actions: z
    .array(
      z.object({
        value: z.string().optional(),
        block_id: z.string().default(''),
        action_ts: z.string().optional(),
      }),
    )
    .optional(),
  callback_id: z.string().optional(),
  view: z
    .object({
      id: z.string(),
      hash: z.string().optional(),
      callback_id: z.string().default(''),
      private_metadata: z.string().default(''),
      app_installed_team_id: z.string().nullish(),
      blocks: z.array(z.custom<types.KnownBlock>()).default([]),
      state: z.object({ values: z.record(z.string(), z.record(z.string(), inputSchema)) }).optional(),
    })
    .optional(),
});
export type Interaction = z.infer<typeof interactionSchema>;

/** Tells an interaction from all others and is the same where it is sent again; undefined where Slack says nothing of the kind. */
export function identityOf({
  trigger_id,
  team,
  user,
  action_ts,
  actions,
  view,
}: Interaction): string | undefined {
  if (trigger_id !== undefined) return trigger_id;
  const at = action_ts ?? actions?.[0]?.action_ts ?? (view?.hash && `${view.id}/${view.hash}`);
  return at === undefined ? undefined : [team.id, user.id, at].join('/');
}

/** @param at when it came, in milliseconds since the epoch */
export function occasionOfSlash(slash: z.infer<typeof slashSchema>, at: number): Occasion {
  return {
    team: slash.team_id,
    teamName: slash.team_domain,
    user: slash.user_id,
    userName: slash.user_name || slash.user_id,
    channel: { id: slash.channel_id, name: slash.channel_name },
    ...(slash.response_url !== undefined && { responseUrl: slash.response_url }),
    trigger: slash.trigger_id,
    at,
  };
}

/** @param at when it came, in milliseconds since the epoch */
export function occasionOf(interaction: Interaction, at: number): Occasion {
  const { team, user, channel, container, message, response_url, trigger_id, view } = interaction;
  const thread = container?.thread_ts ?? message?.thread_ts;
  return {
    team: view?.app_installed_team_id ?? team.id,
    teamName: team.domain || team.id,
    user: user.id,
    userName: user.name ?? user.username ?? user.id,
    ...(channel && { channel: { id: channel.id, name: channel.name ?? channel.id } }),
    ...(thread !== undefined && { thread }),
    ...(response_url !== undefined && { responseUrl: response_url }),
    ...(trigger_id !== undefined && { trigger: trigger_id }),
    at,
  };
}
