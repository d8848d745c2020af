import { type Case, compareWithRuntime, f32 } from './compare.ts';

const sameModes = ['SAME_UPPER', 'SAME_LOWER', 'VALID'];
const image = f32([1, 4, 9, 7]);

const convolutions: Case[] = [
  { op: 'Conv', inputs: [image, f32([6, 4, 3, 3]), f32([6])], attributes: { pads: [1, 1, 1, 1] } },
  { op: 'Conv', inputs: [image, f32([6, 4, 3, 3])], attributes: { pads: [0, 0, 1, 1], strides: [2, 2] } },
  { op: 'Conv', inputs: [image, f32([4, 1, 3, 2])], attributes: { group: 4, dilations: [2, 3] } },
  { op: 'Conv', inputs: [f32([2, 3, 8]), f32([5, 3, 4])], attributes: { strides: [3] } },
  { op: 'Conv', inputs: [f32([1, 2, 4, 4, 4]), f32([3, 2, 1, 2, 3])] },
  ...sameModes.map((mode) => ({
    op: 'Conv',
    inputs: [image, f32([6, 4, 3, 2])],
    attributes: { auto_pad: mode, strides: [2, 3] },
  })),
  {
    op: 'ConvTranspose',
    inputs: [image, f32([4, 6, 3, 3])],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] },
  },
  {
    op: 'ConvTranspose',
    inputs: [image, f32([4, 3, 2, 2])],
    attributes: { group: 2, dilations: [2, 1], strides: [1, 3] },
  },
  {
    op: 'ConvTranspose',
    inputs: [image, f32([4, 6, 3, 3])],
    attributes: { strides: [2, 2], output_shape: [18, 14] },
  },
  ...sameModes.flatMap((mode) => [
    {
      op: 'ConvTranspose',
      inputs: [image, f32([4, 6, 3, 3])],
      attributes: { auto_pad: mode, strides: [2, 2] },
    },
    {
      op: 'ConvTranspose',
      inputs: [image, f32([4, 6, 1, 1])],
      attributes: { auto_pad: mode, strides: [3, 2] },
    },
  ]),
];

const windows = [
  { kernel_shape: [3, 2] },
  { kernel_shape: [2, 2], strides: [2, 2] },
  { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 },
  { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 },
  { kernel_shape: [1, 1], strides: [3, 4], ceil_mode: 1 },
  { kernel_shape: [2, 3], strides: [4, 5], pads: [0, 1, 1, 1], ceil_mode: 1 },
  ...sameModes.map((mode) => ({ kernel_shape: [3, 3], strides: [2, 2], auto_pad: mode })),
  ...sameModes.map((mode) => ({ kernel_shape: [2, 3], strides: [2, 3], auto_pad: mode, ceil_mode: 1 })),
];

const pools: Case[] = [
  ...windows.map((attributes) => ({ op: 'AveragePool', inputs: [image], attributes, opset: 19 })),
  ...windows.map((attributes) => ({ op: 'MaxPool', inputs: [image], attributes })),
  {
    op: 'MaxPool',
    inputs: [image],
    attributes: { kernel_shape: [3, 3], dilations: [2, 2] },
    types: ['float32', 'int64'],
  },
  { op: 'GlobalAveragePool', inputs: [image] },
  { op: 'GlobalMaxPool', inputs: [image] },
];

compareWithRuntime(
  'convolutions',
  convolutions.map((call) => ({ ...call, folds: false })),
);
compareWithRuntime(
  'pools',
  pools.map((call) => ({ ...call, folds: false })),
);
