import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** A password or a key: hidden until its owner wants to see it, and marked for screen readers when it is wrong. */
export function SecretInput(props: PasswordInputProps) {
  const t = useTranslations('common');
  return (
    <PasswordInput
      aria-invalid={Boolean(props.error) || undefined}
      visibilityToggleButtonProps={{ 'aria-label': t('showSecret') }}
      {...props}
    />
  );
}
