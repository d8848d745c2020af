import type { JobRecord } from '../../../model-store/store.ts';
import type { Concept, ConceptKind } from '../../concept.ts';
import type { TaskOptions } from '../../engine/protocol.ts';
import type { Written } from '../../interop/written.ts';
import type { Result } from '../../result.ts';

/** A server's data in one file; see `archive.ts` for what it holds. */
export interface Exported {
  readonly bytes: Uint8Array;
  readonly concepts: number;
  /** What was left out and why, a sentence each. */
  readonly notes: readonly string[];
}

/** Files that something is brought in from. */
export interface ImportRequest {
  /** The platform's id of who brings it in. */
  readonly user: string;
  /** An export of a server, or a single concept: one file, or its weights and its embedding. */
  readonly files: readonly Uint8Array[];
  /** What a single concept is and is called, where its files do not say or should not have their say. */
  readonly classWord?: string;
  readonly kind?: ConceptKind;
  readonly label?: string;
}

/** What was stored. */
export interface Imported {
  /** In order of number. */
  readonly concepts: readonly Concept[];
  /** Names of what came along beside them, such as `settings`. */
  readonly entries: readonly string[];
  /** What a person should know about it, a sentence each. */
  readonly notes: readonly string[];
}

/** What files brought. */
export interface BroughtIn extends Imported {
  /** PNG contact sheet of samples of a single concept. */
  readonly sheet?: Uint8Array;
}

/** All that is kept of a user on a server. Plain JSON. */
export interface UserData {
  readonly concepts: readonly Concept[];
  /** What they had drawn, oldest first, as far as it is kept. */
  readonly requests: readonly JobRecord[];
  /** What they asked for and what has not ended, oldest first. */
  readonly jobs: readonly UnendedJob[];
}

/** A job that is kept until it is answered, or was given up. */
export interface UnendedJob {
  readonly id: string;
  /** When it was accepted, in milliseconds since the epoch. */
  readonly at: number;
  /** What was asked, as those keep it who ask the studio. */
  readonly asked: unknown;
  /** Why nothing more is done about it. */
  readonly givenUp?: string;
}

/**
 * What is kept of a server: taken along, deleted, explained. Imports and exports are done in their turn (`errands.ts`).
 */
export interface ServerData {
  /**
   * Everything that the server was taught and set to, to be imported elsewhere. Users' requests and messages stay. 'not-allowed' where it
   * is more than an import takes.
   */
  exportServer(server: string, options?: TaskOptions): Promise<Result<Exported>>;

  /**
   * One concept as files that other programs read; `format` is one of `format-names.ts`. 'invalid-option' where that format
   * cannot carry it, 'invalid-model' where it was taught on another base model.
   */
  convertConcept(
    server: string,
    token: string,
    format: string,
    options?: TaskOptions,
  ): Promise<Result<Written>>;

  /**
   * Puts an exported server's concepts, weights alike and under the same tokens, on a server that has no concepts, and
   * replaces its settings by those that came along, but for roles and channels of another server. All or nothing. The file is
   * trusted in nothing: 'invalid-file' where it is not what an export writes, 'invalid-model' where it was made with another
   * base model, 'not-allowed' where the server has concepts, is being taught, or may not have as many by its own settings.
   */
  importServer(server: string, archive: Uint8Array, options?: TaskOptions): Promise<Result<Imported>>;

  /**
   * Brings in what files hold: an export of a server as {@link importServer} does, otherwise a single concept under the
   * server's next token, with room among its free weights. 'invalid-option' where there is none, or where the files do not
   * say what the concept is.
   */
  importFiles(server: string, request: ImportRequest, options?: TaskOptions): Promise<Result<BroughtIn>>;

  /** What is kept of a user on this server; nothing of other servers. */
  userData(server: string, user: string): Promise<UserData>;

  /**
   * Deletes it for good: requests, jobs that have not ended, with the pictures in them, and the concepts that the user taught with
   * their files, since all are made of what the user typed and sent. What runs is the caller's to stop.
   */
  deleteUserData(server: string, user: string): Promise<Result<UserData>>;

  /**
   * Has everything that is kept of the server deleted so many seconds from now, or at the next start where that comes
   * later. Where it is to be deleted already, the earlier of both times holds.
   */
  scheduleDeletion(server: string, afterSeconds: number): Promise<void>;

  /** The server stays: nothing of it is deleted. Teaching or drawing on it says so too. */
  keepServer(server: string): Promise<void>;

  /**
   * For adapters, when the bot is taken off a server: what is kept of it is deleted after the time of grace, 30 days unless
   * the settings say otherwise. Not to be called where a server is only out of reach for a while.
   */
  serverLeft(server: string): Promise<void>;

  /** For adapters, when the bot is put on a server, for the first time or again. */
  serverJoined(server: string): Promise<void>;

  /** What people are told of how long and where things are kept. */
  readonly keeping: Keeping;
}

export interface Keeping {
  /** Seconds for which a server's data outlives the bot's leaving. */
  readonly graceSeconds: number;
  /** Whether pictures that people teach with are sent to a service that describes them. */
  readonly picturesLeave: boolean;
  /** Whether records or files are kept elsewhere than on the machine of the studio. */
  readonly elsewhere: boolean;
}
