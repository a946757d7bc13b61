import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Languages, Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import type { ComponentPropsWithRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Language } from '../i18n/language.tsx';

export const languageNames: Record<Language, string> = { 'zh-CN': '简体中文', en: 'English' };

export const schemes: readonly { value: MantineColorScheme; icon: LucideIcon }[] = [
  { value: 'light', icon: Sun },
  { value: 'dark', icon: Moon },
  { value: 'auto', icon: Monitor },
];

type ButtonProps = ComponentPropsWithRef<'button'>;

export function LanguageButton(props: ButtonProps) {
  const t = useTranslations('shell');
  return <MenuButton icon={Languages} label={t('language')} {...props} />;
}

export function SchemeButton(props: ButtonProps) {
  const t = useTranslations('shell');
  const { colorScheme } = useMantineColorScheme();
  const icon = schemes.find((scheme) => scheme.value === colorScheme)?.icon ?? Monitor;
  return <MenuButton icon={icon} label={t('theme')} {...props} />;
}

function MenuButton({ icon: Icon, label, ...props }: ButtonProps & { icon: LucideIcon; label: string }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-haspopup="menu"
      aria-expanded={false}
      aria-label={label}
      title={label}
      {...props}
    >
      <Icon size={18} strokeWidth={1.8} />
    </ActionIcon>
  );
}
