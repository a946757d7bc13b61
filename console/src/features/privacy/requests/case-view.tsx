import { Alert, Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import type { PrivacyCase } from '../../../shared/api/entities.ts';
import { Instant } from '../../../shared/ui/instant.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { StoredText } from '../../../shared/ui/stored-text.tsx';
import { CaseClocks } from './case-clocks.tsx';
import { DueWords } from './due-words.tsx';
import classes from './requests.module.css';

/** A request as its person sees it: state, terms, what it waits for, answer, and every step. */
export function CaseView({ file, children }: { file: PrivacyCase; children?: ReactNode }) {
  const t = useTranslations('requests');
  const { labelled } = useJoinedWords();
  return (
    <>
      <Panel>
        <div className={classes.caseHead}>
          <Badge size="lg" color={file.isOpen ? 'celadon' : 'gray'}>
            {file.outcomeLabel ?? file.stateLabel}
          </Badge>
          <DueWords term={file} />
          <span className={classes.faint}>
            <span className="mono">{file.id}</span>
          </span>
        </div>
        {file.isOpen && file.waitingFor !== null && (
          <p className={classes.waiting}>{t(`waiting.${file.waitingFor}`)}</p>
        )}
        {file.mergedInto !== null && (
          <p className={classes.waiting}>{t('merged', { id: file.mergedInto })}</p>
        )}
        {file.isOverdue && file.isOpen && (
          <Alert color="cinnabar" mb="md">
            {t('overdueText')}
            <Remedies file={file} />
          </Alert>
        )}
        {file.refusal !== null && (
          <Alert color="amber" title={labelled(t('refusal'), file.refusal.title)} mb="md">
            <p className={classes.paragraph}>{file.refusal.reason}</p>
            <p className={classes.paragraph}>{labelled(t('refusalLaw'), file.refusal.law)}</p>
            <p className={classes.paragraph}>{t('remedies')}</p>
            <Remedies file={file} />
          </Alert>
        )}
        <CaseClocks clocks={file.clocks} isOpen={file.isOpen} />
      </Panel>
      {children}
      <Timeline file={file} />
    </>
  );
}

function Remedies({ file }: { file: PrivacyCase }) {
  return (
    <ul className={classes.remedies}>
      {file.remedies.map(({ key, text }) => (
        <li key={key}>{text}</li>
      ))}
    </ul>
  );
}

const whoByName = { person: 'you', officer: 'officer', system: 'system' } as const;

function Timeline({ file }: { file: PrivacyCase }) {
  const t = useTranslations('requests');
  const steps = file.timeline.map((step, index) => ({ ...step, index })).toReversed();
  return (
    <Panel title={t('timeline')}>
      <ol className={classes.timeline}>
        {steps.map((step) => (
          <li key={step.index} data-by={step.by}>
            <p className={classes.stepHead}>
              <strong>{step.label}</strong>
              <span>
                {t(whoByName[step.by])} · <Instant at={step.at} />
              </span>
            </p>
            {step.text !== null && (
              <StoredText as="div" className={classes.letter}>
                {step.text}
              </StoredText>
            )}
          </li>
        ))}
        <li data-by="person">
          <p className={classes.stepHead}>
            <strong>{t('asked')}</strong>
            <span>
              <Instant at={file.receivedAt} />
            </span>
          </p>
          {file.account !== null && (
            <p className={classes.faint}>{t('accountLabel', { account: file.account })}</p>
          )}
          <StoredText as="div" className={classes.letter}>
            {file.description}
          </StoredText>
        </li>
      </ol>
    </Panel>
  );
}
