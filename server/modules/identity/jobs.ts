import { z } from 'zod';
import { defineJob } from '../../kernel/jobs.ts';
import { deleteOldAttempts } from './attempts.ts';
import { deleteOldCodes } from './codes.ts';
import { deleteEndedSessions } from './sessions.ts';

export const sweepCodes = defineJob('identity.sweep-codes', z.object({}), deleteOldCodes, { cron: '* * * * *' });
export const sweepSessions = defineJob('identity.sweep-sessions', z.object({}), deleteEndedSessions, { cron: '7 * * * *' });
export const sweepAttempts = defineJob('identity.sweep-attempts', z.object({}), deleteOldAttempts, { cron: '37 * * * *' });
