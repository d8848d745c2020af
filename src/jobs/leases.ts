/**
 * Which of several bots answers a job. A bot that ends without a word, or cannot reach the others, loses its jobs after a while to whoever
 * asks for them then.
 */
export interface Leases {
  /** Takes a job that no other bot has, and keeps it until it is dropped. Whether it is this bot's now. */
  take(id: string): Promise<boolean>;
  /** Lets another bot have it. Does nothing where it is not this bot's. */
  drop(id: string): Promise<void>;
  /** Has whichever bot has a job hear that somebody stops it; false where none does. */
  cancel(id: string): Promise<boolean>;
  /** @param heard.lost of a job that is another bot's by now; `heard.cancelled` of one that somebody stops */
  listen(heard: LeasesHeard): void;
  /** Drops all. */
  close(): Promise<void>;
}

export interface LeasesHeard {
  lost(id: string): void;
  cancelled(id: string): void;
}
