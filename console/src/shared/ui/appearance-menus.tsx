import '../theme/page-styles.ts';
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { Check } from 'lucide-react';
import { useEffect, useRef, type ComponentType, type ReactNode, type Ref } from 'react';
import { useTranslations } from 'use-intl';
import { type Language, languages, useLanguage } from '../i18n/language.tsx';
import { LanguageButton, languageNames, SchemeButton, schemes } from './appearance-buttons.tsx';

export type MenuName = 'language' | 'scheme';

interface AppearanceMenusProps {
  /** The menu that was asked for, which opens at once. */
  first: MenuName;
  onLanguage: ((language: Language) => void) | undefined;
}

export function AppearanceMenus({ first, onLanguage }: AppearanceMenusProps) {
  const t = useTranslations('shell');
  const { language, setLanguage } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <ActionIcon.Group>
      <AppearanceMenu button={LanguageButton} isFirst={first === 'language'}>
        {languages.map((value) => (
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
      </AppearanceMenu>
      <AppearanceMenu button={SchemeButton} isFirst={first === 'scheme'}>
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
      </AppearanceMenu>
    </ActionIcon.Group>
  );
}

interface AppearanceMenuProps {
  button: ComponentType<{ ref?: Ref<HTMLButtonElement> }>;
  isFirst: boolean;
  children: ReactNode;
}

function AppearanceMenu({ button: Button, isFirst, children }: AppearanceMenuProps) {
  const target = useRef<HTMLButtonElement>(null);

  // The button that was pressed has been replaced by this one, which therefore is pressed in its place.
  useEffect(() => {
    if (!isFirst) return;
    target.current?.focus();
    target.current?.click();
  }, [isFirst]);

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button ref={target} />
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
