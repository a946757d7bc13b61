import { z } from 'zod';
import { defineJob } from '../../kernel/jobs.ts';
import { deleteOldAttempts } from './attempts.ts';
import { deleteEndedSessions } from './sessions.ts';

defineJob('identity.sweep-sessions', z.object({}), deleteEndedSessions, { cron: '7 * * * *' });
defineJob('identity.sweep-attempts', z.object({}), deleteOldAttempts, { cron: '37 * * * *' });
