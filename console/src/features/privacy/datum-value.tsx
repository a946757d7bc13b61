import { useTranslations } from 'use-intl';
import { Instant } from '../../shared/ui/instant.tsx';

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** One value as it is stored, made readable but never shortened. */
export function DatumValue({ value }: { value: unknown }) {
  const t = useTranslations('common');
  if (value === null || value === undefined || value === '')
    return <span style={{ color: 'var(--ink-faint)' }}>{t('none')}</span>;
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (typeof value === 'string' && instantPattern.test(value))
    return <Instant at={value} precision="second" />;
  if (typeof value === 'string' || typeof value === 'number') return <span>{String(value)}</span>;
  return <code className="mono">{JSON.stringify(value)}</code>;
}
