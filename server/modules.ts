import type { Module } from './declare/define-module.ts';
import { announcementsModule } from './modules/announcements/index.ts';
import { auditModule } from './modules/audit/index.ts';
import { billingModule } from './modules/billing/index.ts';
import { catalogModule } from './modules/catalog/index.ts';
import { gatewayModule } from './modules/gateway/index.ts';
import { identityModule } from './modules/identity/index.ts';
import { notificationsModule } from './modules/notifications/index.ts';
import { privacyModule } from './modules/privacy/index.ts';
import { vaultModule } from './modules/vault/index.ts';
import { walletModule } from './modules/wallet/index.ts';

/** The table of contents of the product, lowest first: a module may call only modules above it in this list. */
export const modules: readonly Module[] = [
  auditModule,
  vaultModule,
  notificationsModule,
  identityModule,
  privacyModule,
  announcementsModule,
  catalogModule,
  walletModule,
  billingModule,
  gatewayModule,
];
