import { openMemory } from '../../../model-store/drivers/memory.ts';
import { testStorage } from './suite.ts';

testStorage('memory', async () => {
  const storage = openMemory();
  return async () => storage;
});
