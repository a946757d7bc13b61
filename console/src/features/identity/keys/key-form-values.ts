import type { ApiKey, NewApiKey } from '../../../shared/api/entities.ts';
import { formatYuan, parseYuan } from '../../../shared/money.ts';
import { billingDate, dayMs, parseBillingDate } from '../../../shared/time.ts';

export const lifetimes = ['never', '30', '90', '365', 'date'] as const;
export const quotaPeriods = ['day', 'week', 'month'] as const;
export const rateNames = ['requestsPerMinute', 'tokensPerMinute', 'parallelRequests'] as const;
export type RateName = (typeof rateNames)[number];

/** Null: without a limit. */
export type Rates = Readonly<Record<RateName, number | null>>;

/** The most that the server takes. */
export const maxRates: Readonly<Record<RateName, number>> = {
  requestsPerMinute: 1_000_000,
  tokensPerMinute: 2_000_000_000,
  parallelRequests: 10_000,
};
export const maxQuota = 999_999_999_999_999;

export const ruleNames = ['allowedModels', 'allowedNetworks', 'allowedOrigins'] as const;
export type RuleName = (typeof ruleNames)[number];

/** What the fields of the form hold: texts, empty where there is no limit. */
export interface KeyFormValues extends Record<RateName, string>, Record<RuleName, string[]> {
  name: string;
  lifetime: string;
  expiresAt: string;
  tokenQuota: string;
  moneyQuotaMicros: string;
  quotaPeriod: string;
}

export function valuesOf(apiKey: ApiKey | undefined): KeyFormValues {
  const expiresAt = apiKey?.expiresAt ?? null;
  const money = apiKey?.moneyQuotaMicros;
  return {
    name: apiKey?.name ?? '',
    lifetime: expiresAt === null ? 'never' : 'date',
    expiresAt: expiresAt === null ? '' : billingDate(Date.parse(expiresAt)),
    tokenQuota: textOf(apiKey?.tokenQuota),
    moneyQuotaMicros: typeof money === 'number' ? formatYuan(money).slice(1).replaceAll(',', '') : '',
    quotaPeriod: apiKey?.quotaPeriod ?? 'never',
    ...rateTextsOf(apiKey),
    allowedModels: apiKey?.allowedModels ?? [],
    allowedNetworks: apiKey?.allowedNetworks ?? [],
    allowedOrigins: apiKey?.allowedOrigins ?? [],
  };
}

export function bodyOf(values: KeyFormValues): NewApiKey {
  return {
    name: values.name.trim(),
    expiresAt: expiryOf(values),
    tokenQuota: countOf(values.tokenQuota),
    moneyQuotaMicros: moneyOf(values.moneyQuotaMicros),
    quotaPeriod: quotaPeriods.find((period) => period === values.quotaPeriod) ?? null,
    ...ratesOf(values),
    allowedModels: listOf(values.allowedModels),
    allowedNetworks: listOf(values.allowedNetworks),
    allowedOrigins: listOf(values.allowedOrigins),
  };
}

/** What the fields of limits begin with. */
export function rateTextsOf(rates: Rates | undefined): Record<RateName, string> {
  return {
    requestsPerMinute: textOf(rates?.requestsPerMinute),
    tokensPerMinute: textOf(rates?.tokensPerMinute),
    parallelRequests: textOf(rates?.parallelRequests),
  };
}

export function ratesOf(texts: Readonly<Record<RateName, string>>): Rates {
  return {
    requestsPerMinute: countOf(texts.requestsPerMinute),
    tokensPerMinute: countOf(texts.tokensPerMinute),
    parallelRequests: countOf(texts.parallelRequests),
  };
}

function textOf(count: number | null | undefined): string {
  return count?.toString() ?? '';
}

/** Empty, or a whole number from 1 to `max`. */
export function isCountWithin(text: string, max: number): boolean {
  return text === '' || (/^[1-9]\d{0,14}$/.test(text) && Number(text) <= max);
}

function countOf(text: string): number | null {
  return text === '' ? null : Number(text);
}

/** Empty, or an amount above nothing. */
export function isMoney(text: string): boolean {
  return text.trim() === '' || (parseYuan(text, 6) ?? 0n) > 0n;
}

function moneyOf(text: string): number | null {
  const micros = parseYuan(text, 6);
  return micros === undefined ? null : Number(micros);
}

/** An empty list restricts nothing. */
function listOf(items: readonly string[]): string[] | null {
  return items.length === 0 ? null : [...items];
}

/** The end of the chosen billing day: a key that expires on the 5th still works on the 5th. */
function endOfDay(date: string): string | undefined {
  const start = parseBillingDate(date);
  return start === undefined ? undefined : new Date(start + dayMs - 1000).toISOString();
}

export function isFutureDay(date: string): boolean {
  const end = endOfDay(date);
  return end !== undefined && Date.parse(end) > Date.now();
}

function expiryOf({ lifetime, expiresAt }: KeyFormValues): string | null {
  if (lifetime === 'never') return null;
  if (lifetime === 'date') return endOfDay(expiresAt) ?? null;
  return new Date(Date.now() + Number(lifetime) * dayMs).toISOString();
}
