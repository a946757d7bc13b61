import { Button, TextInput } from '@mantine/core';
import { Eye } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { isReason, keepReason, reasonLength, useReason } from '../api/reason.ts';
import { Page, Panel } from './page.tsx';
import classes from './reason-gate.module.css';

interface ReasonGateProps {
  /** Of the page behind the gate. */
  title: string;
  children: ReactNode;
}

/** Before a page that shows persons to staff: asks why, once per visit. Every person shown can read the answer. */
export function ReasonGate({ title, children }: ReasonGateProps) {
  const t = useTranslations('reason');
  const reason = useReason();
  if (reason === '') {
    return (
      <Page title={title}>
        <Panel title={t('title')}>
          <ReasonForm />
        </Panel>
      </Page>
    );
  }
  return (
    <>
      <p className={classes.note}>
        <Eye size={16} aria-hidden />
        <span>{t('inUse', { reason })}</span>
        <Button variant="subtle" size="compact-sm" onClick={() => keepReason('')}>
          {t('change')}
        </Button>
      </p>
      {children}
    </>
  );
}

/** Asks the operator why, and keeps the answer for this tab. */
export function ReasonForm() {
  const t = useTranslations('reason');
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const given = text.trim();
  const isEnough = isReason(given);
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isEnough) keepReason(given);
        else setWrong(true);
      }}
    >
      <TextInput
        label={t('label')}
        description={t('description')}
        placeholder={t('placeholder')}
        error={isWrong && !isEnough ? t('wrong', reasonLength) : undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit">{t('submit')}</Button>
    </form>
  );
}
