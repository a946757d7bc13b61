import { identityZh } from './messages.zh.ts';
import { keysZh } from './keys/messages.zh.ts';
import { settingsZh, tenantsZh } from './settings/messages.zh.ts';

export const texts = {
  identity: identityZh,
  keys: keysZh,
  settings: settingsZh,
  tenants: tenantsZh,
};
