/** What other features may use of this one. */
export { CodeField } from './code-field.tsx';
export { CodeInput, codeLength } from './code-input.tsx';
export { ratesOf, rateTextsOf } from './keys/key-form-values.ts';
export { apiKeysQuery } from './keys/key-queries.ts';
export { RateFields, useRateColumns, useRateRules } from './keys/rate-fields.tsx';
export { PhoneInput } from './phone-input.tsx';
export { isEmail, normalizePhone } from './phone.ts';
export { TenantSelect, labelOf, useTenant } from './tenant-select.tsx';
