/**
 * How much of the forward pass a training step computes again instead of keeping it, from least to most:
 * - `none`: nothing;
 * - `attention`: the probabilities of attention and the products that they are made of, the largest values of a large picture;
 * - `activations`: everything but the results of products and convolutions and the sums of branches;
 * - `blocks`: everything but the sums of branches.
 */
export const recomputations = ['none', 'attention', 'activations', 'blocks'] as const;

export type Recomputation = (typeof recomputations)[number];
