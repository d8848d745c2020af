/** How much the measurement of a base model draws and looks at. */
export interface ModelSettings {
  /** Drawings that go through the autoencoder. */
  readonly drawings: number;
  /** Drawings that the reader is tried on, and as many of what only teaching shows. */
  readonly readDrawings: number;
  /** Prompts, a picture each. */
  readonly prompts: number;
  /** Drawings with their captions that the image–text pair is tried on. */
  readonly pairs: number;
  readonly drawingSteps: number;
  readonly guidanceScale: number;
}

export const fullModelSettings: ModelSettings = {
  drawings: 240,
  readDrawings: 1000,
  prompts: 500,
  pairs: 480,
  drawingSteps: 25,
  guidanceScale: 4,
};

/** Pictures of the sheet: those of the first prompts. */
export const sheetPictures = 12;
