import type { Result } from '../../result.ts';
import type { Activity } from '../activity.ts';
import type { ImagineRequest, TeachRequest } from '../studio.ts';
import type { Asker } from './admission.ts';
import type { SettingsKeeper } from './keep-settings.ts';
import type { Counted } from './usage.ts';

/** What administrators decide for a server, and what is under way on it. */
export interface ServerRules extends SettingsKeeper {
  /** Whether the bot may be used in the channel that somebody asks in. */
  mayBeUsed(server: string, by: Asker): Promise<Result<void>>;
  /** What the settings would refuse the lesson for, before anybody hears of it. {@link Studio.teach} refuses it too. */
  mayTeach(server: string, request: Omit<TeachRequest, 'pictures'>): Promise<Result<void>>;
  mayImagine(server: string, request: ImagineRequest): Promise<Result<void>>;
  /** What all members together had of the quotas: lessons in the last 24 hours, pictures in the last one. */
  used(server: string): Promise<Readonly<Record<Counted, number>>>;
  /** What runs and waits on the server, in the order in which it will be done. */
  activity(server: string): readonly Activity[];
}
