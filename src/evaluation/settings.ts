/** How much an evaluation teaches, draws and measures. */
export interface EvaluationSettings {
  /** The first so many of the evaluation concepts. */
  readonly concepts: number;
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
  /** Pictures of each of the sheet's three prompts. */
  readonly sheetPictures: number;
  readonly drawingSteps: number;
  readonly guidanceScale: number;
  /** Training steps of a lesson; the method's own number where null. */
  readonly lessonSteps: number | null;
}

/** Twenty concepts in three orders. */
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
};
