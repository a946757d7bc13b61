import { Input, Select, Slider, Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Model } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import type { ChatSettings } from './use-conversation.ts';

interface ChatSettingsFormProps {
  settings: ChatSettings;
  models: readonly Model[];
  onChange: (settings: ChatSettings) => void;
}

/** The number typed, whatever else was typed with it. */
function digitsOf(text: string): number {
  return Number(text.replace(/\D/g, '').slice(0, 6));
}

export function ChatSettingsForm({ settings, models, onChange }: ChatSettingsFormProps) {
  const t = useTranslations('playground');
  const { textLanguage } = useLanguage();
  const set = (patch: Partial<ChatSettings>) => onChange({ ...settings, ...patch });
  return (
    <Stack gap="lg">
      <Select
        label={t('model')}
        searchable={models.length > 8}
        value={settings.modelId}
        onChange={(modelId) => modelId !== null && set({ modelId })}
        data={models.map((model) => ({ value: model.id, label: model.displayName[textLanguage] }))}
      />
      <Textarea
        label={t('systemPrompt')}
        placeholder={t('systemPromptExample')}
        autosize
        minRows={3}
        maxRows={8}
        value={settings.systemPrompt}
        onChange={(event) => set({ systemPrompt: event.currentTarget.value })}
      />
      <Input.Wrapper label={t('temperature')} description={t('temperatureHint')} labelElement="div">
        <Slider
          mt={10}
          mb={4}
          min={0}
          max={2}
          step={0.1}
          label={(value) => value.toFixed(1)}
          thumbLabel={t('temperature')}
          value={settings.temperature}
          onChange={(temperature) => set({ temperature: Math.round(temperature * 10) / 10 })}
          marks={[
            { value: 0, label: '0' },
            { value: 1, label: '1' },
            { value: 2, label: '2' },
          ]}
        />
      </Input.Wrapper>
      <TextInput
        mt="sm"
        label={t('maxTokens')}
        description={t('maxTokensHint')}
        inputMode="numeric"
        autoComplete="off"
        value={settings.maxTokens}
        onChange={(event) => set({ maxTokens: digitsOf(event.currentTarget.value) })}
      />
    </Stack>
  );
}
