import type { texts as textsZh } from './texts.zh.ts';
import { identityEn } from './messages.en.ts';
import { keysEn } from './keys/messages.en.ts';
import { settingsEn, tenantsEn } from './settings/messages.en.ts';

export const texts: typeof textsZh = {
  identity: identityEn,
  keys: keysEn,
  settings: settingsEn,
  tenants: tenantsEn,
};
