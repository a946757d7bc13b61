import { Text, Tooltip } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../i18n/language.tsx';
import { useNow } from '../now.ts';
import { formatLocalTime, formatRelative, formatTime, type TimePrecision } from '../time.ts';

interface InstantProps {
  at: string | number | null | undefined;
  precision?: TimePrecision;
  isRelative?: boolean;
}

/** An instant in Beijing time; the tooltip gives the reader's own clock. */
export function Instant({ at, precision = 'minute', isRelative = false }: InstantProps) {
  const t = useTranslations('common');
  const { language } = useLanguage();
  const now = useNow();
  if (at === null || at === undefined)
    return (
      <Text span c="dimmed">
        {t('none')}
      </Text>
    );
  const shown = formatTime(at, precision, language);
  const relative = isRelative ? formatRelative(at, now, language) : undefined;
  const tooltip = t('localTime', { time: formatLocalTime(at, language) });
  return (
    <Tooltip label={relative === undefined ? tooltip : `${shown} · ${tooltip}`} multiline maw={300}>
      <time dateTime={new Date(at).toISOString()} className="numeric nowrap">
        {relative ?? shown}
      </time>
    </Tooltip>
  );
}
