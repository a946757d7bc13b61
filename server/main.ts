import { readConfig } from './config.ts';
import { startServer } from './start-server.ts';

await startServer(readConfig());
