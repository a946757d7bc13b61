import { ActionIcon, Drawer, Skeleton, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Eraser, SearchX, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCapabilities } from '../../../shared/api/capabilities.ts';
import type { Model } from '../../../shared/api/entities.ts';
import { CandorNote } from '../../../shared/ui/candor-note.tsx';
import { Page } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { modelsQuery, NonsenseAlert } from '../../catalog/parts.ts';
import { ChatSettingsForm } from './chat-settings-form.tsx';
import { Composer } from './composer.tsx';
import classes from './playground.module.css';
import { TurnList } from './turn-list.tsx';
import { useConversation, type ChatSettings } from './use-conversation.ts';

export function PlaygroundPage() {
  const t = useTranslations('playground');
  const search = useSearch({ strict: false });
  const models = useQuery(modelsQuery);
  const capabilities = useCapabilities();
  const skeleton = <Skeleton height="70dvh" radius="lg" />;
  if (capabilities === undefined) return skeleton;
  const canChat = capabilities.forMembers?.modelKinds.includes('chat') === true;
  return (
    <QueryView query={models} skeleton={skeleton}>
      {({ items }) => {
        const chatModels = items.filter((model) => model.kind === 'chat' && model.isOffered);
        const first = chatModels.find((model) => model.id === search.model) ?? chatModels[0];
        return first === undefined || !canChat ? (
          <Page title={t('title')}>
            <EmptyState icon={SearchX} title={t('noModel')}>
              {t('noModelHint')}
            </EmptyState>
          </Page>
        ) : (
          <Playground models={chatModels} firstModel={first} />
        );
      }}
    </QueryView>
  );
}

function Playground({ models, firstModel }: { models: readonly Model[]; firstModel: Model }) {
  const t = useTranslations('playground');
  const common = useTranslations('common');
  const [areSettingsOpen, settingsDrawer] = useDisclosure(false);
  const [settings, setSettings] = useState<ChatSettings>({
    modelId: firstModel.id,
    systemPrompt: '',
    temperature: 0.7,
    maxTokens: 512,
  });
  const conversation = useConversation(settings);
  const model = models.find((one) => one.id === settings.modelId) ?? firstModel;
  const form = <ChatSettingsForm settings={settings} models={models} onChange={setSettings} />;

  return (
    <Page
      title={t('title')}
      actions={
        <>
          <Tooltip label={t('clear')}>
            <ActionIcon
              variant="default"
              size="lg"
              onClick={conversation.clear}
              disabled={conversation.turns.length === 0}
              aria-label={t('clear')}
            >
              <Eraser size={17} />
            </ActionIcon>
          </Tooltip>
          <ActionIcon
            className={classes.settingsButton}
            variant="default"
            size="lg"
            onClick={settingsDrawer.open}
            aria-label={t('settings')}
          >
            <SlidersHorizontal size={17} />
          </ActionIcon>
        </>
      }
    >
      <div className={classes.playground}>
        <section className={classes.chat} aria-label={t('conversation')}>
          {model.isNonsense && (
            <div className={classes.warning}>
              <NonsenseAlert />
            </div>
          )}
          <TurnList
            turns={conversation.turns}
            models={models}
            onExample={conversation.ask}
            onRegenerate={conversation.isStreaming ? undefined : conversation.regenerate}
          />
          <Composer
            isStreaming={conversation.isStreaming}
            onSend={conversation.ask}
            onStop={conversation.stop}
          />
          <p className={classes.disclaimer}>{t('disclaimer')}</p>
        </section>
        <aside className={classes.settings} aria-label={t('settings')}>
          {form}
        </aside>
      </div>
      <CandorNote>{t('note')}</CandorNote>
      <Drawer
        opened={areSettingsOpen}
        onClose={settingsDrawer.close}
        position="right"
        size="min(360px, 92vw)"
        title={t('settings')}
        closeButtonProps={{ 'aria-label': common('close') }}
      >
        {form}
      </Drawer>
    </Page>
  );
}
