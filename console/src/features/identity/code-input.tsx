import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../shared/api/problem.ts';
import { useProblemText } from '../../shared/problem-text.ts';
import classes from './identity.module.css';

const defaultResendSeconds = 60;
export const codeLength = 6;

function useCountdown() {
  const [endsAt, setEndsAt] = useState(0);
  const [now, setNow] = useState(0);
  const secondsLeft = Math.max(0, Math.ceil((endsAt - now) / 1000));

  useEffect(() => {
    if (secondsLeft === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [secondsLeft]);

  function start(seconds: number) {
    setNow(Date.now());
    setEndsAt(Date.now() + seconds * 1000);
  }
  return { secondsLeft, start };
}

interface Sent {
  resendAfterSeconds: number;
  channel?: 'sms' | 'mail';
}

export interface CodeInputProps {
  value?: string;
  error?: ReactNode;
  onChange: (value: string) => void;
  /** Undefined when there is nowhere to send to. */
  sendCode: () => Promise<Sent> | undefined;
  sentText: (sent: Sent) => string;
}

/** A one-time code and the button that sends it, quiet for a minute after each sending. */
export function CodeInput({ sendCode, sentText, value, error, onChange }: CodeInputProps) {
  const t = useTranslations('identity');
  const text = useProblemText();
  const { secondsLeft, start } = useCountdown();
  const [message, setMessage] = useState<string | undefined>(undefined);
  const send = useMutation({
    mutationFn: async (sending: Promise<Sent>) => sending,
    onSuccess: (sent) => {
      start(sent.resendAfterSeconds || defaultResendSeconds);
      setMessage(sentText(sent));
    },
    onError: (failure) => {
      const problem = asProblem(failure);
      const { retryAfterSeconds } = problem.fields;
      if (problem.status === 429)
        start(typeof retryAfterSeconds === 'number' ? retryAfterSeconds : defaultResendSeconds);
      setMessage(text(problem));
    },
  });

  function onSend() {
    const sending = sendCode();
    if (sending !== undefined) send.mutate(sending);
  }

  return (
    <TextInput
      label={t('code')}
      value={value}
      error={error}
      description={message}
      descriptionProps={{ role: 'status' }}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\D/g, '').slice(0, codeLength))}
      inputMode="numeric"
      autoComplete="one-time-code"
      rightSectionWidth={124}
      rightSection={
        <Button
          className={classes.sendCode}
          variant="subtle"
          size="compact-sm"
          onClick={onSend}
          loading={send.isPending}
          disabled={secondsLeft > 0}
        >
          {secondsLeft > 0 ? t('resendIn', { seconds: secondsLeft }) : t('sendCode')}
        </Button>
      }
    />
  );
}
