export {
  type Attributes,
  attributeIndices,
  attributeList,
  attributesOf,
  attributeValues,
  type FigureAttributes,
  figureAttributes,
} from './attributes.ts';
export { captionsFor, worldVocabulary } from './captions.ts';
export { type ColourName, farthestColour } from './colour.ts';
export { type DemoConcept, demoConcepts } from './concepts.ts';
export type { Drawing, Figure } from './drawing.ts';
export { type EvaluationConcept, evaluationConcepts } from './evaluation-concepts.ts';
export type { SceneKind, StyleKind, SubjectKind } from './kinds.ts';
export { anyValue, type Named, type NamedFigure, namedIn } from './named.ts';
export { sampleParticularDrawing } from './particular-drawings.ts';
export { seededRandom } from './random.ts';
export { renderPixels, renderSvg } from './render.ts';
export {
  figureOf,
  outward,
  sampleDrawing,
  sampleHat,
  sampleScene,
  sampleSubject,
  sampleThing,
} from './sample.ts';
export { sceneKinds, scenes } from './scenes/index.ts';
export { drawingSheet } from './sheet.ts';
export { styles } from './styles/index.ts';
export type { SubjectMaker } from './subject-maker.ts';
export { subjects } from './subjects/index.ts';
export { canWearScarf } from './things/index.ts';
export { sampleUnusualDrawing } from './unusual-drawings.ts';
