import { z } from 'zod';
import { normaliseNetwork } from '../../kernel/client-address.ts';
import { idSchema } from '../../kernel/id.ts';
import { forPrograms, instantSchema } from '../../kernel/http.ts';
import { microsSchema } from '../../kernel/money.ts';
import { shownLine } from '../../kernel/normal-form.ts';
import { emailSchema, phoneSchema, usernameSchema } from './contacts.ts';
import { maxPasswordLength } from './password.ts';
import { quotaPeriods } from './quota-period.ts';

/** What identity's routes take and give. */
export const languageSchema = z.enum(['zh-CN', 'en']);
const passwordSchema = z.string().min(1).max(maxPasswordLength);
const codeSchema = z.string().regex(/^\d{6}$/, 'must be six digits');
const policyVersionSchema = z.string().max(100);

export const registerSchema = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('password'),
    username: usernameSchema,
    email: emailSchema,
    password: passwordSchema,
    policyVersion: policyVersionSchema,
    language: languageSchema.default('zh-CN'),
  }),
  z.object({
    method: z.literal('phone'),
    phone: phoneSchema,
    code: codeSchema,
    policyVersion: policyVersionSchema,
    language: languageSchema.default('zh-CN'),
    username: usernameSchema.optional(),
    password: passwordSchema.optional(),
  }),
]);

export const loginSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('password'), login: z.string().min(1).max(254), password: passwordSchema }),
  z.object({ method: z.literal('phone'), phone: phoneSchema, code: codeSchema }),
]);

/** What a person shows before something that cannot be taken back; see `confirmIdentity`. */
export const proofSchema = z
  .union([z.strictObject({ password: passwordSchema }), z.strictObject({ code: codeSchema })])
  .meta({ id: 'Proof' });

export const sendConfirmationCodeSchema = z.object({
  channel: z.enum(['sms', 'mail']).optional(),
  language: languageSchema.optional(),
});

const oneContact = { phone: phoneSchema.optional(), email: emailSchema.optional() };

function hasOneContact(input: { phone?: string | undefined; email?: string | undefined }): boolean {
  return (input.phone === undefined) !== (input.email === undefined);
}

export const sendCodeSchema = z
  .object({
    ...oneContact,
    use: z.enum(['register', 'login', 'recover', 'bind']),
    language: languageSchema.optional(),
  })
  .refine(hasOneContact, 'must have either phone or email')
  .refine(({ email, use }) => email === undefined || use === 'recover' || use === 'bind', {
    path: ['use'],
    message: 'must be recover or bind for an e-mail address',
  });

export const recoverSchema = z
  .object({ ...oneContact, code: codeSchema, newPassword: passwordSchema })
  .refine(hasOneContact, 'must have either phone or email');

export const displayNameSchema = z.string().overwrite(shownLine).max(64).nullable();

export const changeSelfSchema = z
  .object({
    displayName: displayNameSchema.optional(),
    language: languageSchema.optional(),
    username: usernameSchema.optional(),
    ...oneContact,
    code: codeSchema.optional(),
    proof: proofSchema.optional(),
  })
  .refine(
    (input) => input.phone === undefined || input.email === undefined,
    'may change either phone or email, each has its own code',
  )
  .refine((input) => (input.phone === undefined && input.email === undefined) || input.code !== undefined, {
    path: ['code'],
    message: 'is needed to change a phone number or an e-mail address',
  })
  .refine(
    ({ username, phone, email, proof }) =>
      proof !== undefined || (username === undefined && phone === undefined && email === undefined),
    {
      path: ['proof'],
      message: 'is needed to change a username, a phone number or an e-mail address',
      params: { rule: 'missing' },
    },
  );

export const changePasswordSchema = z.object({
  proof: proofSchema,
  newPassword: passwordSchema,
});

export const userSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    displayName: z.string().nullable(),
    language: languageSchema,
    role: z.enum(['owner', 'member']).meta(forPrograms),
    isOperator: z.boolean(),
    mustChangePassword: z.boolean(),
    createdAt: instantSchema,
  })
  .meta({ id: 'User' });

export const selfSchema = z
  .object({
    user: userSchema,
    tenant: z.object({ id: z.string(), kind: z.string(), name: z.string(), status: z.string() }),
  })
  .meta({ id: 'Me' });

export const policySchema = z
  .object({
    version: z.string(),
    effectiveAt: instantSchema,
    titles: z.object({ zh: z.string(), en: z.string() }),
    url: z.string(),
  })
  .meta({ id: 'Policy' });

export const sessionSchema = z
  .object({
    id: z.string(),
    createdAt: instantSchema,
    lastSeenAt: instantSchema,
    ip: z.string(),
    userAgent: z.string(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' });

const tokensSchema = z
  .codec(z.int().min(0), z.bigint(), { decode: (value) => BigInt(value), encode: Number })
  .meta({ type: 'integer', description: 'tokens' });

/** A list in one form for every spelling of its entries. */
function allowed(maxLength: number, normalise: (text: string) => string | undefined) {
  const item = z
    .string()
    .max(maxLength)
    .overwrite((text) => normalise(text) ?? text)
    .refine((text) => normalise(text) !== undefined, { params: { rule: 'wrong_format' } });
  return z
    .array(item)
    .min(1)
    .max(50)
    .overwrite((items) => [...new Set(items)])
    .nullable();
}

/** As browsers write it in `Origin`. Pages of apps have schemes of their own: `capacitor://localhost`. */
function normaliseOrigin(text: string): string | undefined {
  const written = text.trim().replace(/\/$/, '');
  if (!/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/i.test(written) || !URL.canParse(written)) return undefined;
  const { origin, protocol, host } = new URL(written);
  return origin === 'null' ? `${protocol}//${host}` : origin;
}

/** What a key may do; null: without this limit. */
const keyLimitFields = {
  expiresAt: instantSchema.nullable(),
  tokenQuota: tokensSchema.nullable(),
  moneyQuotaMicros: microsSchema.refine((micros) => micros >= 0n).nullable(),
  quotaPeriod: z.enum(quotaPeriods).nullable(),
  requestsPerMinute: z.int().min(1).max(1_000_000).nullable(),
  tokensPerMinute: z.int().min(1).max(2_000_000_000).nullable(),
  parallelRequests: z.int().min(1).max(10_000).nullable(),
  allowedModels: allowed(200, (text) => (text.trim() === '' ? undefined : text.trim())),
  /** Addresses and networks like `203.0.113.0/24`. */
  allowedNetworks: allowed(64, normaliseNetwork),
  /** Web pages like `https://app.example`. */
  allowedOrigins: allowed(200, normaliseOrigin),
};

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    maskedKey: z.string(),
    ...keyLimitFields,
    tokensUsed: tokensSchema,
    spentMicros: microsSchema,
    quotaResetsAt: instantSchema.nullable(),
    status: z.enum(['active', 'disabled', 'expired', 'exhausted']),
    createdAt: instantSchema,
    lastUsedAt: instantSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyNameSchema = z.string().overwrite(shownLine).min(1).max(64);

export const createApiKeySchema = z.object({
  name: apiKeyNameSchema,
  ...z.object(keyLimitFields).partial().shape,
});

export const changeApiKeySchema = z.object({
  name: apiKeyNameSchema.optional(),
  disabled: z.boolean().optional(),
  ...z.object(keyLimitFields).partial().shape,
});

export const apiKeyParams = z.object({ apiKeyId: idSchema('key') });
export const sessionParams = z.object({ sessionId: idSchema('sess') });

export const tenantSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    name: z.string(),
    status: z.string(),
    createdAt: instantSchema,
    ownerUsername: z.string().nullable(),
  })
  .meta({ id: 'Tenant' });
