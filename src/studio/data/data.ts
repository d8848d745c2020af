/** What is kept of a server, and for how long. */
export interface ServerData {
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
}
