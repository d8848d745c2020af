import { bytesBeside } from '../../../../src/personalize/concepts.ts';
import { drawingSteps, drawOnce } from '../drawing.ts';
import { type Measure, openMeasured, time, timeInTurn } from '../measure.ts';
import { mostConcepts, promptWith, serverWith } from '../servers.ts';

/** What it costs to draw for two servers in turn, against drawing as often for one. */
const switching: Measure = async ({ model: folder, runs }) => {
  const base = await openMeasured(folder);
  const [one, other] = [serverWith(base, mostConcepts, 0.01), serverWith(base, mostConcepts, 0.02)];
  const prompt = promptWith(mostConcepts);
  const [same, inTurn] = await timeInTurn(runs, [
    async () => {
      await drawOnce(one, prompt);
      await drawOnce(one, prompt);
    },
    async () => {
      await drawOnce(one, prompt);
      await drawOnce(other, prompt);
    },
  ]);
  return {
    steps: drawingSteps,
    sameServer: same,
    inTurn,
    ratio: (inTurn?.median ?? 0) / (same?.median ?? 1),
    /** Once, when a server is first drawn for or has been taught something. */
    opening: {
      seconds: await time(runs, async () => serverWith(base, mostConcepts, 0.03)),
      bytes: bytesBeside(one),
    },
  };
};

export default switching;
