import { asPublished, createCns } from './cns.ts';

/**
 * Concept Neuron Selection with what the paper (Liao et al. 2025) has in place of weights that stand at their token: they are in
 * place for every word of every prompt, no two concepts share one, and a regulariser pulls to what was there. All else is as in
 * `cns`, so that the two tell what that one choice does. For comparison; see docs/cns.md.
 */
export default createCns(asPublished, 'cns-everywhere');
