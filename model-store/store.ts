import type { Concept, Inventory } from '../src/concept.ts';
import type { Result } from '../src/result.ts';

/**
 * What servers have been taught: records, and the files that belong to them. A server's id may be any text of up to
 * 200 characters; nothing asked for one server ever touches another's records.
 */
export interface ConceptStore {
  /**
   * The server's next number: 1, 2, 3… Each is given once and for all. A teach that fails leaves a gap, since its
   * number may have been shown; so does forgetting.
   */
  reserveNumber(server: string): Promise<number>;

  /** What the server was taught, records that cannot be read included. Reads all of them once. */
  inventory(server: string): Promise<Inventory>;

  /** The concepts of {@link inventory}. */
  list(server: string): Promise<readonly Concept[]>;

  /** Bytes that the files of the server's concepts take, samples included; without those of {@link Inventory.damaged}. */
  bytes(server: string): Promise<number>;

  /** Raises 'storage-corrupt' where there is a record that cannot be read. */
  get(server: string, token: string): Promise<Concept | undefined>;

  /**
   * Stores a concept under its reserved number with its files, whose hashes the concept names. All or nothing: the
   * files are on the disk before the record is. 'storage-full' where they do not fit, and what {@link Unless} says.
   */
  put(server: string, concept: Concept, files: readonly Uint8Array[], unless?: Unless): Promise<Result<void>>;

  /** The last number that was reserved; 0 before the first. */
  lastNumber(server: string): Promise<number>;

  /** How often something was added to the server's concepts. Whoever makes a concept with regard to them asks before reading them. */
  additions(server: string): Promise<number>;

  /** 'not-found' where the server has no such concept. */
  rename(server: string, token: string, label: string): Promise<Result<Concept>>;

  /**
   * Deletes the record and its files, and returns what it was: undefined where it could not be read, whose files go with
   * the next sweep. 'not-found' where the server has no such concept.
   */
  forget(server: string, token: string): Promise<Result<Concept | undefined>>;

  /**
   * Gives a server that has no concepts those of another, under the numbers that they have there, with its entries. All or
   * nothing, as with {@link put}. 'not-allowed' where the server has concepts, 'outrun' where a number was
   * reserved meanwhile.
   */
  restore(server: string, restored: Restored): Promise<Result<void>>;

  /** Deletes all that is kept of the server, whoever kept it, and the files that no other server's records name. */
  erase(server: string): Promise<void>;

  /** A file's bytes, verified against its hash: 'storage-corrupt' where it is damaged or missing. */
  readBlob(sha256: string): Promise<Result<Uint8Array>>;

  /** Like {@link readBlob} without the bytes; reads the file only when it has changed since it was last verified. */
  checkBlob(sha256: string): Promise<Result<void>>;

  /** Where a file is, for the engine to read. Throws where `sha256` is not a hash. */
  blobPath(sha256: string): string;
}

/** What keeps a concept from being stored, by what is so at that very moment. */
export interface Unless {
  /** 'outrun' where the server's {@link ConceptStore.additions} are others: then it was made without regard to one of them. */
  readonly additions?: number;
  /**
   * Id of the accepted job whose concept it is: 'cancelled' where the {@link Ledger} has no order of it any more, or says that somebody stopped it, 'outrun' where its number is taken,
   * as another machine has stored it.
   */
  readonly job?: string;
}

/** What a server was taught elsewhere. */
export interface Restored {
  /** Each with the files whose hashes it names. */
  readonly concepts: readonly { readonly concept: Concept; readonly files: readonly Uint8Array[] }[];
  /** See {@link ServerStore.entries}. */
  readonly entries: ReadonlyMap<string, unknown>;
  /** {@link ConceptStore.lastNumber} before it was looked whether a lesson has one of the numbers; as it is now where undefined. */
  readonly last?: number;
  /** See {@link Unless.job}: 'cancelled' as there. */
  readonly job?: string;
}

/** Whatever is kept of a server beside its concepts, by whatever part of the program. */
export interface ServerStore {
  /**
   * The server's records with a name of one word, such as `settings`, by their names: what is taken along to another
   * installation. Concepts, requests and messages, whose keys have several words, are not among them.
   */
  entries(server: string): Promise<ReadonlyMap<string, unknown>>;
  /** The {@link JobRecords} of a user, oldest first. */
  requests(server: string, user: string): Promise<readonly JobRecord[]>;
  /** Deletes them, and returns how many there were. */
  dropRequests(server: string, user: string): Promise<number>;
  readonly departures: Departures;
}

/** Servers that have left, and when what is kept of them is due to be deleted, in milliseconds since the epoch. */
export interface Departures {
  /** A server that has left already keeps the earlier of both times. Throws where the id is none; see `serverKey`. */
  leave(server: string, due: number): Promise<void>;
  /** Takes the server off the list. */
  stay(server: string): Promise<void>;
  /** Servers that are due by then. */
  due(now: number): Promise<readonly string[]>;
}

/** Plain JSON that says whose it is, so that it can be shown to them and deleted for them. */
export type JobRecord = Readonly<Record<string, unknown>> & {
  /** Id of the user who asked for the job. */
  readonly user: string;
};

/** Small JSON that outlives a restart, such as what a button under an old reply does. The oldest make room. */
export interface JobRecords {
  /** Keeps `value` and returns the id to find it by. Throws where its JSON is over 16 kB. */
  put(server: string, value: JobRecord): Promise<string>;
  /** What was kept, as plain JSON; undefined where it never was or has made room. */
  get(server: string, id: string): Promise<unknown>;
}

/**
 * What is kept of a job: `order` is who asked for what and where it is answered, `work` what is to be done, `shown` what is told of it
 * while it is under way, `notes` what has been decided on the way, `cancelled` when somebody stopped it, in milliseconds since the epoch,
 * `checkpoint` how far its training has come where another machine may go on with it, `reached` when that was brought there, `reply` an
 * answer that is ready, `dead` why nothing more is done about it, and `fence` the highest {@link Holder.fence} of those who wrote here.
 */
export const ledgerParts = [
  'order',
  'work',
  'shown',
  'notes',
  'cancelled',
  'checkpoint',
  'reached',
  'reply',
  'dead',
  'fence',
] as const;
export type LedgerPart = (typeof ledgerParts)[number];

/** Who writes as the one who does a job: nothing where the job has ended, or is another's by now. */
export interface Holder {
  /** A number that rises with each who begins the job, where more than one process may. */
  readonly fence?: number;
}

/** Jobs that were accepted and have not ended. Parts are JSON and bytes; one that cannot be read is undefined. */
export interface Ledger {
  /**
   * Writes parts, all or none, over those of the same names; they are on the disk when it resolves. With a holder 'cancelled' is
   * raised, and nothing written, where the job has no order any more, or one with a higher fence has written.
   */
  write(
    server: string,
    job: string,
    parts: Partial<Readonly<Record<LedgerPart, unknown>>>,
    holder?: Holder,
  ): Promise<void>;
  read(server: string, job: string, part: LedgerPart): Promise<unknown>;
  /** That part of every job that has one, of all servers where none is named. */
  list(
    part: LedgerPart,
    server?: string,
  ): Promise<readonly { readonly server: string; readonly job: string; readonly value: unknown }[]>;
  /** Nothing is left of that part, and where none is named of the job, its file included. */
  remove(server: string, job: string, part?: LedgerPart): Promise<void>;
  /** Where a file of the job's own may be, which goes with it. */
  path(job: string): string;
}

/** Small JSON of a server under names of its own, such as its settings. One name is taken along on export, several are not. */
export interface ServerRecords {
  /** Plain JSON; undefined where nothing is kept there, null where what is kept cannot be read. */
  read(server: string, ...names: readonly string[]): Promise<unknown>;
  /** Keeps `value`, for so many seconds where that is said. Throws where its JSON is over 256 kB. */
  write(server: string, names: readonly string[], value: unknown, seconds?: number): Promise<void>;
  /**
   * Keeps what `act` makes of what is kept, for so many seconds where that is said, and resolves with its result; undefined leaves it as it is.
   * Where others change it meanwhile, `act` is asked again. Nothing is written where it throws.
   */
  change<T>(
    server: string,
    names: readonly string[],
    act: (stored: unknown) => { readonly result: T; readonly value?: unknown },
    seconds?: number,
  ): Promise<T>;
  remove(server: string, ...names: readonly string[]): Promise<void>;
}

/** The last messages of each channel, oldest first. */
export interface MessageLog {
  /** Throws where its JSON is over 64 kB. */
  append(channel: string, message: unknown): Promise<void>;
  list(channel: string): Promise<readonly unknown[]>;
  /** Deletes those that `matches` says. */
  drop(channel: string, matches: (message: unknown) => boolean): Promise<void>;
}

/** Small JSON of a platform as a whole, such as where its app is installed, under names of its own. */
export interface PlatformRecords {
  /** Plain JSON; undefined where nothing is kept there, null where what is kept cannot be read. */
  read(name: string): Promise<unknown>;
  /** All whose names begin with `prefix`, by what comes after it; null where one cannot be read. */
  under(prefix: string): Promise<ReadonlyMap<string, unknown>>;
  /** Throws where its JSON is over 256 kB, or the name is no 1 to 100 letters, digits and `.-_`. */
  write(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
}
