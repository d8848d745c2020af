import { longestClassWord, longestDescription, longestLabel } from '../personalize/class-word.ts';

/** The longest texts of a teach, in characters. */
export const teachLimits = {
  classWord: longestClassWord,
  label: longestLabel,
  description: longestDescription,
} as const;

/** What may be asked of a drawing, both ends included; platforms that check options themselves take them from here. */
export const drawingLimits = {
  count: { minimum: 1, maximum: 4 },
  seed: { minimum: 0, maximum: 2 ** 32 - 1 },
  steps: { minimum: 1, maximum: 100 },
  guidance: { minimum: 1, maximum: 20 },
  /** Of a picture, in pixels; what the model and the installation allow is less. */
  side: { minimum: 8, maximum: 4096 },
} as const;

/** Files that one import takes: one, or the weights of a concept and its embedding. */
export const mostImportFiles = 2;

/** What is taken of a file that a server is imported from. */
export const archiveLimits = {
  bytes: 512 * 2 ** 20,
  /** Of one that comes through a chat. */
  attachmentBytes: 100 * 2 ** 20,
  /** Of the file of a single concept. */
  conceptBytes: 256 * 2 ** 20,
  concepts: 1000,
  /** The highest number of a token, since looking through a server takes longer for every number that was ever given. */
  numbers: 10_000,
  /** Records beside those of concepts. */
  entries: 20,
  entryBytes: 2 ** 18,
  /** Lists and objects inside one another in an entry. */
  entryLevels: 20,
  /** Of the record of a concept. */
  recordBytes: 2 ** 13,
  sampleBytes: 16 * 2 ** 20,
  samplePixels: 2 ** 24,
} as const;
