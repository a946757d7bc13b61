import { Stack, Text, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { PublicFrame } from '../privacy/parts.ts';
import { PasswordPanel } from './settings/password-panel.tsx';

/** The generated password opens nothing but this page. */
export function FirstPasswordPage() {
  const t = useTranslations('identity');
  return (
    <PublicFrame>
      <Stack gap="md" maw={640} mx="auto" px="md" py="xl">
        <Title order={1} size="h2">
          {t('firstPassword')}
        </Title>
        <Text>{t('firstPasswordHint')}</Text>
        <PasswordPanel />
      </Stack>
    </PublicFrame>
  );
}
