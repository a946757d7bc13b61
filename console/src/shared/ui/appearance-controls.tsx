import { ActionIcon } from '@mantine/core';
import { useState } from 'react';
import type { Language } from '../i18n/language.tsx';
import { LanguageButton, SchemeButton } from './appearance-buttons.tsx';
import type { AppearanceMenus, MenuName } from './appearance-menus.tsx';

interface AppearanceControlsProps {
  onLanguage?: (language: Language) => void;
}

/** Language and light, wherever one is. The menus are loaded when one is opened, which few visits do. */
export function AppearanceControls({ onLanguage }: AppearanceControlsProps) {
  const [opened, setOpened] = useState<{ first: MenuName; Menus: typeof AppearanceMenus }>();

  async function open(first: MenuName) {
    const { AppearanceMenus: Menus } = await import('./appearance-menus.tsx');
    setOpened({ first, Menus });
  }

  if (opened !== undefined) return <opened.Menus first={opened.first} onLanguage={onLanguage} />;
  return (
    <ActionIcon.Group>
      <LanguageButton onClick={() => void open('language')} />
      <SchemeButton onClick={() => void open('scheme')} />
    </ActionIcon.Group>
  );
}
