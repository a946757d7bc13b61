import { ActionIcon, Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Check, Languages, Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useLanguage, type Language } from '../i18n/language.tsx';

export const languageNames: Record<Language, string> = { 'zh-CN': '简体中文', en: 'English' };

export const schemes: readonly { value: MantineColorScheme; icon: LucideIcon }[] = [
  { value: 'light', icon: Sun },
  { value: 'dark', icon: Moon },
  { value: 'auto', icon: Monitor },
];

/** Language and light, wherever one is. */
export function AppearanceControls({ onLanguage }: { onLanguage?: (language: Language) => void }) {
  const t = useTranslations('shell');
  const { language, setLanguage } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const SchemeIcon = schemes.find((scheme) => scheme.value === colorScheme)?.icon ?? Monitor;
  return (
    <ActionIcon.Group>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('language')}
            title={t('language')}
          >
            <Languages size={18} strokeWidth={1.8} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(['zh-CN', 'en'] as const).map((value) => (
            <Menu.Item
              key={value}
              lang={value}
              onClick={() => {
                setLanguage(value);
                onLanguage?.(value);
              }}
              rightSection={value === language ? <Check size={15} /> : undefined}
            >
              {languageNames[value]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('theme')} title={t('theme')}>
            <SchemeIcon size={18} strokeWidth={1.8} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {schemes.map(({ value, icon: Icon }) => (
            <Menu.Item
              key={value}
              leftSection={<Icon size={16} />}
              onClick={() => setColorScheme(value)}
              rightSection={value === colorScheme ? <Check size={15} /> : undefined}
            >
              {t(value)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </ActionIcon.Group>
  );
}
