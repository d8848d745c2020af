import { RespondError, webApi } from '@slack/bolt';

/** What a refusal means for what was to be done. */
export type RefusalKind =
  /** The bot is not in the channel. */
  | 'outside'
  /** It may not do that there, or at all. */
  | 'forbidden'
  /** The message, the file or the address to answer at is no longer there. */
  | 'gone'
  /** A form was to be opened more than 3 s after it was asked for. */
  | 'too-late'
  /** The app was not given the permission that this needs. */
  | 'scope'
  /** The app was taken out of the workspace, or that is no more. */
  | 'taken-out'
  /** Slack does not know the token, or not from where it was used. */
  | 'token'
  | 'rate-limited'
  /** Slack did not answer, or not for itself; whether it did what was asked is not known. */
  | 'unreachable'
  | 'other';

/** Why Slack did not do something. It holds neither words nor tokens, unlike the errors of the library. */
export class SlackRefusal extends Error {
  override readonly name = 'SlackRefusal';
  readonly kind: RefusalKind;
  /** To wait before it can be asked again, where it said so. */
  readonly seconds: number;

  constructor(kind: RefusalKind, message: string, seconds = 0) {
    super(message);
    this.kind = kind;
    this.seconds = seconds;
  }
}

const kinds: Readonly<Record<string, RefusalKind>> = {
  not_in_channel: 'outside',
  channel_not_found: 'outside',
  is_archived: 'forbidden',
  restricted_action: 'forbidden',
  user_not_in_channel: 'forbidden',
  method_not_supported_for_channel_type: 'forbidden',
  message_not_found: 'gone',
  cant_update_message: 'gone',
  cant_delete_message: 'gone',
  file_not_found: 'gone',
  file_deleted: 'gone',
  expired_trigger_id: 'too-late',
  exchanged_trigger_id: 'too-late',
  missing_scope: 'scope',
  invalid_auth: 'token',
  not_authed: 'token',
  account_inactive: 'taken-out',
  token_revoked: 'taken-out',
  token_expired: 'token',
  ratelimited: 'rate-limited',
  fatal_error: 'unreachable',
  internal_error: 'unreachable',
  service_unavailable: 'unreachable',
  request_timeout: 'unreachable',
};

/** What an error of the library means; errors that are none of Slack's or the network's come back as they are. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof webApi.WebAPIPlatformError) {
    const { error: name } = error.data;
    const known = /^[a-z_]{1,60}$/.test(name) ? name : 'an answer that is none';
    return new SlackRefusal(kinds[name] ?? 'other', `Slack refused with ${known}`);
  }
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return new SlackRefusal('rate-limited', 'Slack was asked too often', error.retryAfter);
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    return new SlackRefusal('unreachable', `Slack answered with ${error.statusCode}`);
  }
  if (error instanceof webApi.WebAPIRequestError) {
    return new SlackRefusal('unreachable', 'Slack could not be reached');
  }
  if (error instanceof RespondError) return respondRefusal(error.statusCode);
  return error;
}

/** What the status of an answer to a `response_url` means. */
export function respondRefusal(status: number): SlackRefusal {
  const kind = status === 404 || status === 410 ? 'gone' : status >= 500 ? 'unreachable' : 'other';
  return new SlackRefusal(kind, `Slack answered with ${status}`);
}

/** The kind of a refusal; undefined for any other error. */
export function kindOf(error: unknown): RefusalKind | undefined {
  return error instanceof SlackRefusal ? error.kind : undefined;
}

/** For removing and changing what may be gone already: rejects with every other failure. */
export function unlessGone(error: unknown): void {
  if (kindOf(error) !== 'gone') throw error;
}
