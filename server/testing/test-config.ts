import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../config/config.ts';

/** The defaults, as a person who sets nothing gets them, with the secrets a test may know. */
export const testConfig = parseConfig({
  CANDOR_MODEL: 'none',
  CANDOR_LOG_LEVEL: 'silent',
  CANDOR_DATA: join(tmpdir(), 'candor-test-data'),
});
