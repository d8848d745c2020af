import { asPublished, cnsDefaults, cnsOnStableDiffusion, createCns } from './cns.ts';

/**
 * Mix-of-Show's random start for a token of Stable Diffusion (TencentARC/Mix-of-Show: N(0, 0.013)) is as long as a word; Custom
 * Diffusion's rare word is so too. One 24 times as long would be 9.7, and Mix-of-Show stops embeddings that reach 0.55.
 */
const onStableDiffusion = { ...cnsOnStableDiffusion, apart: 1 };

/**
 * Concept Neuron Selection with what the paper (Liao et al. 2025) has in place of weights that stand at their token: they are in
 * place for every word of every prompt, no two concepts share one, and a regulariser pulls to what was there. All else is as in
 * `cns`, so that the two tell what that one choice does. For comparison; see docs/cns.md.
 */
export default createCns({}, 'cns-everywhere', {
  defaults: { ...cnsDefaults, ...asPublished },
  onStableDiffusion,
});
