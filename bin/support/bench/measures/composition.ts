import { counting, drawingSteps, drawOnce } from '../drawing.ts';
import { type Measure, openMeasured, timeInTurn } from '../measure.ts';
import { mostConcepts, promptWith, serverWith } from '../servers.ts';

const composed = [0, 1, 2, 4, mostConcepts];

/**
 * What drawing costs more when a prompt composes k concepts of a server: the seconds, and the bytes that are moved. A prompt with
 * concepts is read once more, however many they are.
 */
const composition: Measure = async ({ model: folder, runs }) => {
  const base = await openMeasured(folder);
  const drawings = composed.map((concepts) => {
    const { base: counted, counts } = counting(base);
    return { counts, model: serverWith(counted, concepts, 0.01), prompt: promptWith(concepts) };
  });
  const timings = await timeInTurn(
    runs,
    drawings.map(
      ({ model, prompt }) =>
        () =>
          drawOnce(model, prompt),
    ),
  );
  const plain = { seconds: timings[0]?.median ?? 0, bytes: drawings[0]?.counts.bytes ?? 0 };
  return {
    steps: drawingSteps,
    concepts: composed.map((concepts, index) => {
      const seconds = timings[index];
      const extraBytes = ((drawings[index]?.counts.bytes ?? 0) - plain.bytes) / (runs + 1);
      return { concepts, seconds, ratio: (seconds?.median ?? 0) / plain.seconds, extraBytes };
    }),
  };
};

export default composition;
