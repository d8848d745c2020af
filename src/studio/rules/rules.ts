import type { Result } from '../../result.ts';
import type { Activity } from '../activity.ts';
import type { ImagineRequest, TeachRequest } from '../requests.ts';
import type { Asker } from './admission.ts';
import type { SettingsKeeper } from './keep-settings.ts';
import type { Counted } from './usage.ts';

export interface Allowance {
  readonly left: number;
  /** Within the time for which it is counted. */
  readonly most: number;
}

/** What administrators decide for a server, and what is under way on it. */
export interface ServerRules extends SettingsKeeper {
  /** Whether somebody may use the bot, in the channel that they ask in. */
  mayBeUsed(server: string, by: Asker): Promise<Result<void>>;
  /** What the settings would refuse the lesson for, before anybody hears of it. {@link Studio.teach} refuses it too. */
  mayTeach(server: string, request: Omit<TeachRequest, 'pictures' | 'onRead'>): Promise<Result<void>>;
  mayImagine(server: string, request: ImagineRequest): Promise<Result<void>>;
  /** What all members together had of the quotas: lessons in the last 24 hours, pictures in the last one. */
  used(server: string): Promise<Readonly<Record<Counted, number>>>;
  /** What a member who asks `from` somewhere may still have of their quotas, and of those that all share. */
  allowance(
    server: string,
    user: string,
    from?: string,
  ): Promise<Result<Readonly<Record<Counted, Allowance>>>>;
  /** From now on what a member had counts towards the quotas of all alone, and no more towards their own. */
  refill(server: string, user: string): Promise<void>;
  /** What runs and waits on the server, in the order in which it will be done. */
  activity(server: string): Promise<readonly Activity[]>;
}
