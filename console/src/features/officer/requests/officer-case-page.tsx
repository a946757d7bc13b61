import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import type { OfficerCase } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { ReasonGate } from '../../../shared/ui/reason-gate.tsx';
import { StoredText } from '../../../shared/ui/stored-text.tsx';
import { CaseClocks, DueWords, requestClasses as requests } from '../../privacy/parts.ts';
import classes from '../officer.module.css';
import { queuedCaseQuery } from '../officer-queries.ts';
import { CaseSteps } from './case-steps.tsx';

export function OfficerCasePage() {
  const t = useTranslations('officer.case');
  return (
    <ReasonGate title={t('title')}>
      <OfficerCaseView />
    </ReasonGate>
  );
}

function OfficerCaseView() {
  const t = useTranslations('officer.case');
  const { labelled, noted } = useJoinedWords();
  const { caseId } = useParams({ from: '/signed-in/operator-only/operator/requests/$caseId' });
  const { textLanguage } = useLanguage();
  const file = useQuery(queuedCaseQuery(caseId, textLanguage));
  return (
    <Page
      title={file.data === undefined ? t('title') : t('titleOf', { type: file.data.typeLabel })}
      actions={
        <LinkButton to="/operator/requests" variant="default">
          {t('back')}
        </LinkButton>
      }
    >
      <QueryView query={file}>
        {(file) => (
          <>
            <Panel>
              <div className={requests.caseHead}>
                <Badge size="lg" color={file.isOpen ? 'celadon' : 'gray'}>
                  {file.outcomeLabel ?? file.stateLabel}
                </Badge>
                <DueWords term={file} />
                <span className={`${requests.faint} mono`}>{file.id}</span>
              </div>
              {file.refusal !== null && (
                <p className={requests.paragraph}>
                  {labelled(noted(file.refusal.title, file.refusal.law), file.refusal.reason)}
                </p>
              )}
              <CaseClocks clocks={file.clocks} isOpen={file.isOpen} />
            </Panel>
            <Facts file={file} />
            <CaseSteps file={file} />
            <History file={file} />
          </>
        )}
      </QueryView>
    </Page>
  );
}

function Facts({ file }: { file: OfficerCase }) {
  const t = useTranslations('officer.case');
  const { noted } = useJoinedWords();
  const facts: [string, ReactNode][] = [
    [t('role'), file.roleLabel],
    [t('contact'), noted(file.contact, t(`channels.${file.channel}`))],
    [t('name'), file.name],
    [t('relation'), file.relation],
    [t('account'), file.account],
    [t('about'), file.aboutId === null ? null : <span className="mono">{file.aboutId}</span>],
    [t('verifiedBy'), file.verifiedBy === null ? t('notVerified') : t(`verifications.${file.verifiedBy}`)],
    [
      t('contactConfirmed'),
      file.contactConfirmedAt === null ? t('no') : <Instant at={file.contactConfirmedAt} />,
    ],
    [
      t('accountConfirmed'),
      file.accountConfirmedAt === null ? t('no') : <Instant at={file.accountConfirmedAt} />,
    ],
  ];
  return (
    <Panel title={t('who')}>
      <dl className={classes.facts}>
        {facts.map(([label, value]) =>
          value === null ? null : (
            <div key={label} style={{ display: 'contents' }}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <StoredText as="div" className={`${requests.letter} ${classes.description}`}>
        {file.description}
      </StoredText>
    </Panel>
  );
}

function History({ file }: { file: OfficerCase }) {
  const t = useTranslations('officer.case');
  const steps = file.timeline.map((step, index) => ({ ...step, index })).toReversed();
  return (
    <Panel title={t('history')}>
      <ol className={requests.timeline}>
        {steps.map((step) => (
          <li key={step.index} data-by={step.by}>
            <p className={requests.stepHead}>
              <strong>{step.label}</strong>
              <span>
                {t(`by.${step.by}`)}
                {step.actorId !== null && <span className="mono"> …{step.actorId.slice(-8)}</span>} ·{' '}
                <Instant at={step.at} />
              </span>
            </p>
            {step.note !== null && <p className={classes.note}>{step.note}</p>}
            {step.text !== null && (
              <StoredText as="div" className={requests.letter}>
                {step.text}
              </StoredText>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
