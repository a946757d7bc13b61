import { z } from 'zod';
import { defineCorrections, type CorrectionRule } from '../../declare/corrections.ts';
import { changeApiKey } from './api-keys.ts';
import { changeSelf } from './change-self.ts';
import { contactOf, emailSchema, phoneSchema, usernameSchema } from './contacts.ts';
import { apiKeyNameSchema, displayNameSchema, languageSchema } from './wire.ts';

/** How the rows of this module are corrected from the privacy page: the same verbs and the same rules as everywhere. */
export const corrections: readonly CorrectionRule[] = [
  defineCorrections({
    table: 'identity.users',
    schema: z.object({
      username: usernameSchema,
      email: emailSchema,
      phone: phoneSchema,
      display_name: displayNameSchema,
      language: languageSchema,
    }),
    codes: { email: 'mail', phone: 'sms' },
    proofs: ['username', 'email', 'phone'],
    async correct(ctx, { values, code, proof }) {
      const { username, language, display_name: displayName } = values;
      const contact = contactOf(values);
      const proven = contact === undefined || code === undefined ? undefined : { contact, code };
      await changeSelf(ctx, { username, language, displayName, contact: proven, proof });
    },
  }),
  defineCorrections({
    table: 'identity.passwords',
    schema: z.object({}),
    elsewhere: { hash: '/api/identity/me/password' },
    async correct() {},
  }),
  defineCorrections({
    table: 'identity.api_keys',
    schema: z.object({ name: apiKeyNameSchema }),
    async correct(ctx, { row, values }) {
      await changeApiKey(ctx, { apiKeyId: row, name: values.name });
    },
  }),
];
