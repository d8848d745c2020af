import { raise } from '../../src/result.ts';

raise('engine-down', 'There is no GPU here. Set PROVIDER=auto.');
