import { ActionIcon, Textarea } from '@mantine/core';
import { ArrowUp, Square } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { useTranslations } from 'use-intl';
import classes from './playground.module.css';

interface ComposerProps {
  isStreaming: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
}

export function Composer({ isStreaming, onSend, onStop }: ComposerProps) {
  const t = useTranslations('playground');
  const [text, setText] = useState('');
  const canSend = text.trim() !== '' && !isStreaming;

  function send() {
    if (!canSend) return;
    onSend(text.trim());
    setText('');
  }

  function onKeyDown(event: KeyboardEvent) {
    // Enter that ends the composition of Chinese characters must not send.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        aria-label={t('message')}
        placeholder={t('messageExample')}
        autosize
        minRows={1}
        maxRows={8}
        variant="unstyled"
        className={classes.composerInput}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {isStreaming ? (
        <ActionIcon
          size="lg"
          radius="xl"
          color="dark"
          variant="filled"
          onClick={onStop}
          aria-label={t('stop')}
          title={t('stop')}
        >
          <Square size={13} fill="currentColor" />
        </ActionIcon>
      ) : (
        <ActionIcon
          type="submit"
          size="lg"
          radius="xl"
          variant="filled"
          disabled={!canSend}
          aria-label={t('send')}
          title={t('send')}
        >
          <ArrowUp size={18} />
        </ActionIcon>
      )}
    </form>
  );
}
