import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';

const production = {
  CANDOR_ENVIRONMENT: 'production',
  CANDOR_PUBLIC_URL: 'https://cloud.example.com',
} as const;

test.each([
  ['an http public address', { CANDOR_PUBLIC_URL: 'http://cloud.example.com' }, 'CANDOR_PUBLIC_URL'],
  [
    'a vault over http',
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
