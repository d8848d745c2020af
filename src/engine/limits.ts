/** What an engine may take of the machine. */
export interface EngineLimits {
  /** The most pictures that one run of the U-Net draws, of one task or of several. */
  readonly picturesAtOnce: number;
  /** Memory for concepts that were read and for the matrices of servers that were made of them, in bytes. */
  readonly conceptBytes: number;
}

/** What an engine process is told of its limits; each variable is a setting of the same name. */
export interface LimitsEnvironment {
  readonly PICTURES_AT_ONCE?: string | undefined;
  readonly CONCEPT_CACHE_BYTES?: string | undefined;
}

const defaults: EngineLimits = { picturesAtOnce: 4, conceptBytes: 800e6 };

/** The limits that the environment names; whoever set it has checked the settings. */
export function limitsFromEnvironment(environment: LimitsEnvironment = {}): EngineLimits {
  const { PICTURES_AT_ONCE, CONCEPT_CACHE_BYTES } = environment;
  return {
    picturesAtOnce: Number(PICTURES_AT_ONCE ?? defaults.picturesAtOnce),
    conceptBytes: Number(CONCEPT_CACHE_BYTES ?? defaults.conceptBytes),
  };
}
