const everySteps = 5;

/** One drawing's place among those that are under way. */
export interface PreviewTurns {
  /** Whether a picture of this step is shown, which comes with one of the next two; so none at the end. */
  isDue(step: number, steps: number): boolean;
  leave(): void;
}

/**
 * Drawings that are under way at the same time take turns in being shown on the way, so that it takes no more time for all of them than
 * for one alone.
 * @returns what enters a drawing
 */
export function createPreviewTurns(): () => PreviewTurns {
  const drawings: symbol[] = [];
  return () => {
    const own = Symbol();
    drawings.push(own);
    return {
      isDue(step, steps) {
        const turn = step / everySteps;
        return Number.isInteger(turn) && step < steps - 2 && drawings[turn % drawings.length] === own;
      },
      leave: () => void drawings.splice(drawings.indexOf(own), 1),
    };
  };
}
