import { z } from 'zod';
import { defineJob } from '../../kernel/jobs.ts';
import { deleteOldAttempts } from './attempts.ts';
import { deleteEndedSessions } from './sessions.ts';

export const sweepSessions = defineJob('identity.sweep-sessions', z.object({}), deleteEndedSessions, {
  cron: '7 * * * *',
});
export const sweepAttempts = defineJob('identity.sweep-attempts', z.object({}), deleteOldAttempts, {
  cron: '37 * * * *',
});
