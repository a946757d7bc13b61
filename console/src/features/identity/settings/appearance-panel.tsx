import { SegmentedControl, SimpleGrid, Input, useMantineColorScheme } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useLanguage, type Language } from '../../../shared/i18n/language.tsx';
import { languageNames, schemes } from '../../../shared/ui/appearance-buttons.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { useUpdateMe } from '../../../shared/api/session.ts';

/** Language and light. The language is also the account's, for messages we send. */
export function AppearancePanel() {
  const t = useTranslations('settings');
  const shell = useTranslations('shell');
  const { language, setLanguage } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const update = useUpdateMe();

  function choose(chosen: Language) {
    setLanguage(chosen);
    update.mutate({ language: chosen });
  }

  return (
    <Panel title={t('appearance')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Input.Wrapper label={shell('language')} description={t('languageHint')} labelElement="div">
          <SegmentedControl
            mt={6}
            aria-label={shell('language')}
            value={language}
            onChange={choose}
            data={[
              { value: 'zh-CN' as const, label: <span lang="zh-CN">{languageNames['zh-CN']}</span> },
              { value: 'en' as const, label: <span lang="en">{languageNames.en}</span> },
            ]}
          />
        </Input.Wrapper>
        <Input.Wrapper label={shell('theme')} description={t('themeHint')} labelElement="div">
          <SegmentedControl
            mt={6}
            aria-label={shell('theme')}
            value={colorScheme}
            onChange={setColorScheme}
            data={schemes.map(({ value }) => ({ value, label: shell(value) }))}
          />
        </Input.Wrapper>
      </SimpleGrid>
    </Panel>
  );
}
