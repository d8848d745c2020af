import type { Style } from '../drawing.ts';

export const bluePencil: Style = {
  kind: 'pencil',
  paper: '#ffd3a3',
  ink: '#1b3fae',
  tint: 0.2,
  weight: 0.85,
  hatching: 'crossed',
};

export const goldMosaic: Style = {
  kind: 'mosaic',
  paper: '#f5a800',
  ink: '#6b1020',
  tint: 0.2,
  weight: 1,
  hatching: 'crossed',
};

export const plumChalk: Style = {
  kind: 'chalk',
  paper: '#5c1f4a',
  ink: '#ffe9a8',
  tint: 0.7,
  weight: 0.9,
  hatching: 'rising',
};

export const roseWatercolour: Style = {
  kind: 'watercolour',
  paper: '#ff9fb5',
  ink: '#7a1035',
  tint: 0.5,
  weight: 0.5,
  hatching: 'falling',
};
