import { useTranslations } from 'use-intl';
import { Instant } from '../../shared/ui/instant.tsx';

// ISO 8601, and PostgreSQL's own writing of the same: `2026-03-01 09:06:12.268+00`.
const instantPattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:Z|\+00(?::?00)?)$/;

/** One value as it is stored, made readable but never shortened. */
export function DatumValue({ value }: { value: unknown }) {
  const t = useTranslations('common');
  if (value === null || value === undefined || value === '')
    return <span style={{ color: 'var(--ink-faint)' }}>{t('none')}</span>;
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  const instant = typeof value === 'string' ? instantPattern.exec(value) : null;
  if (instant !== null) return <Instant at={`${instant[1]}T${instant[2]}Z`} precision="second" />;
  if (typeof value === 'string' || typeof value === 'number') return <span>{String(value)}</span>;
  return <code className="mono">{JSON.stringify(value)}</code>;
}
