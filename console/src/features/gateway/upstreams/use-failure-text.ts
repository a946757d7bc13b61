import { useTranslations } from 'use-intl';

const failures = [
  'account',
  'unreachable',
  'timeout',
  'connection',
  'address_refused',
  'shape',
  'reported',
  'truncated',
  'name_unknown',
  'refused',
  'no_route',
  'encryption',
  'key_refused',
  'too_large',
] as const;

/** What is wrong with an upstream, in words, and its own code for it. */
export function useFailureText(): (reason: string, upstreamCode: string | null) => string {
  const t = useTranslations('upstreams.failures');
  return (reason, upstreamCode) => {
    const known = failures.find((one) => one === reason);
    const text = known === undefined ? t('status', { status: reason.replace('status_', '') }) : t(known);
    return upstreamCode === null ? text : `${text} (${upstreamCode})`;
  };
}
