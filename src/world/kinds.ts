/** The kinds of what drawings are made of; the folder of each has one file a kind. */

export type SubjectKind = 'dog' | 'cat' | 'horse' | 'lighthouse' | 'bird' | 'house' | 'car' | 'tree';

export type SceneKind = 'park' | 'snow' | 'beach' | 'city' | 'night' | 'desert' | 'forest';

export type StyleKind = 'plain' | 'pencil' | 'neon' | 'watercolour' | 'mosaic' | 'chalk';

export type HatKind = 'party' | 'beanie' | 'top' | 'cap';

export type ThingKind = 'scarf' | 'ball';

/** Behind the ground's edge: hung in the sky or standing on the horizon. */
export type FarPropKind =
  | 'sun'
  | 'moon'
  | 'crescent'
  | 'star'
  | 'cloud'
  | 'hill'
  | 'building'
  | 'mesa'
  | 'sea'
  | 'boat';

/** Standing or lying on the ground. */
export type NearPropKind =
  | 'tree'
  | 'fir'
  | 'palm'
  | 'cactus'
  | 'trunk'
  | 'canopy'
  | 'toadstool'
  | 'fence'
  | 'pond'
  | 'flower'
  | 'path'
  | 'drift'
  | 'dash'
  | 'flake'
  | 'umbrella';

export type PropKind = FarPropKind | NearPropKind;
