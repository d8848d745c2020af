/** How much an evaluation teaches, draws and measures. */
export interface EvaluationSettings {
  /** The first so many of the evaluation concepts. */
  readonly concepts: number;
  /** Tokens of those to teach in place of the first ones, in their order; `concepts` of them. */
  readonly tokens?: readonly string[];
  /** Orders in which they are taught. */
  readonly orders: number;
  /** After how many lessons everything so far is measured; after the last it is anyway. */
  readonly checkpoints: readonly number[];
  /** Pictures of each of a concept's four prompts. */
  readonly conceptPictures: number;
  /** Drawings of a concept that CLIP-I compares with, besides those taught. */
  readonly furtherDrawings: number;
  /** Prompts without tokens, a picture each. */
  readonly driftPrompts: number;
  /** Pictures of each of a class word's two prompts. */
  readonly classPictures: number;
  /** Prompts of 2, of 3 and of 4 concepts, drawn after the last lesson, and pictures of each. */
  readonly multiPrompts: number;
  readonly multiPictures: number;
  /**
   * Of the pictures of concepts, and of which of them the prompts of several put together. Choices of this project were made by those
   * of seed 0 and by no other's.
   */
  readonly seed: number;
  /** Pictures of each of the sheet's three prompts. */
  readonly sheetPictures: number;
  readonly drawingSteps: number;
  readonly guidanceScale: number;
  /** Training steps of a lesson; the method's own number where null. */
  readonly lessonSteps: number | null;
}

/** Twenty concepts in three orders, by prompts of several and seeds that nothing was chosen by. */
export const fullEvaluation: EvaluationSettings = {
  concepts: 20,
  orders: 3,
  checkpoints: [5, 10, 15, 20],
  conceptPictures: 4,
  furtherDrawings: 5,
  driftPrompts: 200,
  classPictures: 4,
  multiPrompts: 8,
  multiPictures: 4,
  seed: 1,
  sheetPictures: 2,
  drawingSteps: 25,
  guidanceScale: 4,
  lessonSteps: null,
};

/** The seven concepts of the demo in their order. */
export const quickEvaluation: EvaluationSettings = {
  ...fullEvaluation,
  concepts: 7,
  orders: 1,
  driftPrompts: 100,
  seed: 0,
};

/** What every variant of an ablation is measured by: a dog, a hat, a style, a place, and a second dog. */
export const ablationEvaluation: EvaluationSettings = streamOf(
  ['<new1>', '<new4>', '<new3>', '<new5>', '<new7>'],
  {
    ...fullEvaluation,
    orders: 1,
    checkpoints: [],
    conceptPictures: 2,
    driftPrompts: 48,
    classPictures: 4,
    multiPrompts: 6,
    multiPictures: 2,
    seed: 0,
    sheetPictures: 0,
  },
);

/** The two dogs and the hat, and half the pictures. */
export const quickAblationEvaluation: EvaluationSettings = streamOf(['<new1>', '<new4>', '<new7>'], {
  ...ablationEvaluation,
  conceptPictures: 1,
  driftPrompts: 24,
  classPictures: 2,
  multiPrompts: 3,
});

function streamOf(tokens: readonly string[], settings: EvaluationSettings): EvaluationSettings {
  return { ...settings, tokens, concepts: tokens.length };
}
