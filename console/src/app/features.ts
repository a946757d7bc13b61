import type { Feature } from '../shared/feature.ts';
import { audit } from '../features/audit/index.ts';
import { billing } from '../features/billing/index.ts';
import { catalog } from '../features/catalog/index.ts';
import { gateway } from '../features/gateway/index.ts';
import { identity } from '../features/identity/index.ts';
import { notifications } from '../features/notifications/index.ts';
import { officer } from '../features/officer/index.ts';
import { overview } from '../features/overview/index.ts';
import { privacy } from '../features/privacy/index.ts';
import { problems } from '../features/problems/index.ts';
import { wallet } from '../features/wallet/index.ts';

/** Everything the console is made of. The navigation lists the entries of a group in this order. */
export const features = [
  overview,
  notifications,
  catalog,
  gateway,
  identity,
  wallet,
  billing,
  privacy,
  officer,
  audit,
  problems,
] as const;

export const fieldsByProblem = Object.assign(
  {},
  ...features.map((feature: Feature) => feature.fieldsByProblem),
) as Readonly<Record<string, readonly string[]>>;
