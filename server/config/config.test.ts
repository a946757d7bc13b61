import { expect, test } from 'vitest';
import { unknownSettings } from './check-settings.ts';
import { ConfigError, parseConfig } from './config.ts';
import { helmetOptions } from '../http/security-headers.ts';

const production = {
  CANDOR_ENVIRONMENT: 'production',
  CANDOR_PUBLIC_URL: 'https://cloud.example.com',
} as const;

test.each([
  [
    'an http public address (CHIPL-10.1)',
    { CANDOR_PUBLIC_URL: 'http://cloud.example.com' },
    'CANDOR_PUBLIC_URL',
  ],
  [
    'a vault over http (CHIPL-10.1)',
    { CANDOR_VAULT: 'transit', CANDOR_VAULT_URL: 'http://vault.example.com:8200', CANDOR_VAULT_TOKEN: 't' },
    'CANDOR_VAULT_URL',
  ],
  ['a short operator password', { CANDOR_OPERATOR_PASSWORD: 'operator-2026' }, 'CANDOR_OPERATOR_PASSWORD'],
  [
    'an operator password of few characters',
    { CANDOR_OPERATOR_PASSWORD: 'aaaabbbbccccaaaabbbb' },
    'CANDOR_OPERATOR_PASSWORD',
  ],
  ['the sandbox channel', { CANDOR_SANDBOX_PAYMENTS: 'true' }, 'CANDOR_SANDBOX_PAYMENTS'],
])('production refuses %s and names the setting; development takes it', (_danger, settings, name) => {
  expect(() => parseConfig({ ...production, ...settings })).toThrow(ConfigError);
  expect(() => parseConfig({ ...production, ...settings })).toThrow(name);
  expect(() => parseConfig(settings)).not.toThrow();
});

test('production without a public address is refused, because cookies and links would be wrong', () => {
  expect(() => parseConfig({ CANDOR_ENVIRONMENT: 'production' })).toThrow('CANDOR_PUBLIC_URL: must be set');
});

test('production takes https, a vault agent on the machine and a long operator password', () => {
  const config = parseConfig({
    ...production,
    CANDOR_VAULT: 'transit',
    CANDOR_VAULT_URL: 'http://127.0.0.1:8200',
    CANDOR_VAULT_TOKEN: 't',
    CANDOR_OPERATOR_PASSWORD: 'an-operator-chose-this-one',
  });
  expect(config.isProduction).toBe(true);
});

test('everything that is wrong is named at once, in words', () => {
  const refusal = () =>
    parseConfig({
      CANDOR_ENVIRONMENT: 'production',
      CANDOR_PUBLIC_URL: 'http://cloud.example.com',
      CANDOR_SANDBOX_PAYMENTS: 'true',
      CANDOR_BANK_NAME: 'Example Bank',
      CANDOR_SMTP_URL: 'smtps://mail.example.com',
      PORT: '99999',
      CANDOR_BACKUP_DAYS: 'many',
      CANDOR_LOG_LEVEL: 'loud',
      CANDOR_METRICS_TOKEN: 'short',
      CANDOR_VAULT_URL: 'nowhere',
    });
  const lines = (() => {
    try {
      refusal();
    } catch (error) {
      return error instanceof ConfigError ? error.message.split('\n') : [];
    }
    return [];
  })();
  expect(lines).toEqual([
    'PORT: must be 65535 or less',
    'CANDOR_VAULT_URL: must be an address such as https://example.com',
    'CANDOR_BACKUP_DAYS: must be a number',
    'CANDOR_LOG_LEVEL: must be silent or error or warn or info or debug',
    'CANDOR_METRICS_TOKEN: must have at least 16 characters',
    'CANDOR_BANK_ACCOUNT_NAME, CANDOR_BANK_NAME, CANDOR_BANK_ACCOUNT: set all three',
    'CANDOR_MAIL_FROM: must be set with CANDOR_SMTP_URL',
    'CANDOR_SANDBOX_PAYMENTS: the sandbox channel gives money away; it must be false in production',
    'CANDOR_PUBLIC_URL: must begin with https:// in production, because sessions and API keys travel over it',
  ]);
});

test('a misspelt setting refuses the start and names the one that is meant; a variable of another program does not', () => {
  for (const [wrong, meant] of [
    ['CANDOR_ENVIROMENT', 'CANDOR_ENVIRONMENT'],
    ['CANDOR_PUBLIC_ULR', 'CANDOR_PUBLIC_URL'],
    ['CANDOR_DATABASE_URL', 'DATABASE_URL'],
    ['CANDOR_PORT', 'PORT'],
  ] as const)
    expect(() => parseConfig({ [wrong]: 'production' })).toThrow(
      `${wrong}: there is no such setting; ${meant} is meant`,
    );
  const others = { CANDOR_SERVICE_HOST: '10.0.0.1', CANDOR_TEST_DATABASE_URL: 'postgres://x' };
  expect(() => parseConfig(others)).not.toThrow();
  expect(unknownSettings(others)).toEqual(['CANDOR_SERVICE_HOST']);
});

test('https is asked of hosts below ours only where the setting says so', () => {
  const hsts = (settings: Record<string, string>) =>
    helmetOptions(parseConfig({ ...production, ...settings })).strictTransportSecurity;
  expect(hsts({})).toEqual({ maxAge: 31_536_000, includeSubDomains: false });
  expect(hsts({ CANDOR_HSTS_SUBDOMAINS: 'true' })).toMatchObject({ includeSubDomains: true });
  expect(helmetOptions(parseConfig({})).strictTransportSecurity).toBe(false);
});
