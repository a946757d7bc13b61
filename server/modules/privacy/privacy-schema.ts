import { pgSchema } from 'drizzle-orm/pg-core';

/** In a file of its own, because the tables of every part of this module are in it. */
export const privacySchema = pgSchema('privacy');
