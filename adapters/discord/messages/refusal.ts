import { RESTJSONErrorCodes as codes, DiscordAPIError, HTTPError } from 'discord.js';

/** What a refusal means for what was to be shown. */
export type RefusalKind =
  /** The interaction's token is no longer taken: 15 minutes are over. */
  | 'expired'
  /** The message or its channel is no longer there. */
  | 'gone'
  /** The interaction was not answered in time, so nothing can answer it any more. */
  | 'too-late'
  /** The interaction has been acknowledged already. */
  | 'acknowledged'
  /** The bot may not post, or not see, where it was to. */
  | 'forbidden'
  | 'too-large'
  /** Messages older than an hour take few edits. */
  | 'edited-too-often'
  /** Discord did not answer, or not for itself; whether it did what was asked is not known. */
  | 'unreachable'
  | 'other';

/** Why Discord did not do something. It holds neither words nor tokens, unlike the errors of the library. */
export class DiscordRefusal extends Error {
  override readonly name = 'DiscordRefusal';
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

const kinds: Readonly<Record<number, RefusalKind>> = {
  [codes.InvalidWebhookToken]: 'expired',
  [codes.UnknownWebhook]: 'expired',
  [codes.UnknownMessage]: 'gone',
  [codes.UnknownChannel]: 'gone',
  [codes.UnknownInteraction]: 'too-late',
  [codes.InteractionHasAlreadyBeenAcknowledged]: 'acknowledged',
  [codes.MissingAccess]: 'forbidden',
  [codes.MissingPermissions]: 'forbidden',
  [codes.RequestEntityTooLarge]: 'too-large',
  [codes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached]: 'edited-too-often',
};

const statuses: Readonly<Record<number, RefusalKind>> = { 401: 'expired', 404: 'gone', 413: 'too-large' };

/** What an error of the library means; errors that are none of Discord's or the network's come back as they are. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof DiscordAPIError) {
    const kind = kinds[Number(error.code)] ?? statuses[error.status] ?? 'other';
    return new DiscordRefusal(
      kind,
      `Discord refused a ${error.method} with ${error.status}, code ${error.code}`,
    );
  }
  if (error instanceof HTTPError) {
    return new DiscordRefusal('unreachable', `Discord answered a ${error.method} with ${error.status}`);
  }
  if (error instanceof Error && isOfTheNetwork(error)) {
    return new DiscordRefusal('unreachable', `Discord could not be reached: ${nameOf(error)}`);
  }
  return error;
}

/** The kind of a refusal; undefined for any other error. */
export function kindOf(error: unknown): RefusalKind | undefined {
  return error instanceof DiscordRefusal ? error.kind : undefined;
}

function isOfTheNetwork(error: Error): boolean {
  return error.name === 'AbortError' || /^(E[A-Z]+|UND_ERR_\w+)$/.test(nameOf(error));
}

function nameOf(error: Error): string {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? error.name;
}
