import { TextInput, type TextInputProps } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** A mobile number; mainland China unless another country is written. */
export function PhoneInput(props: TextInputProps) {
  const t = useTranslations('identity');
  return (
    <TextInput
      label={t('phone')}
      type="tel"
      inputMode="tel"
      autoComplete="tel"
      leftSection={<span className="numeric">+86</span>}
      leftSectionWidth={52}
      leftSectionProps={{ style: { color: 'var(--ink-soft)' } }}
      {...props}
    />
  );
}
