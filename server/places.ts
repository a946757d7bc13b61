import { fileURLToPath } from 'node:url';

// In this file, because a bundle lies in one folder: from here the way is the same in a checkout and in a bundle.
export const migrationsFolder = fileURLToPath(new URL('./migrations/', import.meta.url));
export const consoleFolder = fileURLToPath(new URL('../console/dist/', import.meta.url));
