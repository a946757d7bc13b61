import { Alert, Badge, Tooltip } from '@mantine/core';
import { Dices } from 'lucide-react';
import { useTranslations } from 'use-intl';

/** The random-weight stand-in must never be taken for a model that means what it says. */
export function NonsenseBadge() {
  const t = useTranslations('catalog');
  return (
    <Tooltip label={t('nonsenseHint')} multiline maw={280}>
      <Badge color="amber" leftSection={<Dices size={12} />} tabIndex={0}>
        {t('nonsense')}
      </Badge>
    </Tooltip>
  );
}

export function NonsenseAlert() {
  const t = useTranslations('catalog');
  return (
    <Alert color="amber" icon={<Dices size={18} />} title={t('nonsense')} p="sm">
      {t('nonsenseHint')}
    </Alert>
  );
}
