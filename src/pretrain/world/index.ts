export {
  type Attributes,
  attributeIndices,
  attributeList,
  attributesOf,
  attributeValues,
} from './attributes.ts';
export { captionsFor, worldVocabulary } from './captions.ts';
export { type DemoConcept, demoConcepts } from './concepts.ts';
export type { Drawing } from './drawing.ts';
export { type EvaluationConcept, evaluationConcepts } from './evaluation-concepts.ts';
export { sampleParticularDrawing } from './particular-drawings.ts';
export { type Random, seededRandom } from './random.ts';
export { renderPixels, renderSvg } from './render.ts';
export { sampleDrawing } from './sample.ts';
export { drawingSheet } from './sheet.ts';
