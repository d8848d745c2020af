/** What an option is called and said to be in another language. */
export interface OptionWords {
  /** Lower case, 1 to 32 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
  /** For files: what a single one is called, like the option's `each`. */
  readonly each?: string;
  /** For files: the description of all single ones but the first. */
  readonly next?: (number: number, most: number) => string;
  /** What each choice is called, by its value. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** What a command is called and said to do in another language. Values that are sent stay as the command declares them. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly menu?: string;
  readonly options: Readonly<Record<string, OptionWords>>;
}
