import type { Hat, Thing } from '../drawing.ts';

export const stripedTopHat: Hat = { kind: 'top', colour: 'white', trim: 'red', striped: true };

export const stripedPartyHat: Hat = { kind: 'party', colour: 'green', trim: 'yellow', striped: true };

export const stripedScarf: Thing = { pattern: 'stripes', colour: 'orange', trim: 'purple' };

export const spottedBall: Thing = { pattern: 'spots', colour: 'blue', trim: 'white' };
