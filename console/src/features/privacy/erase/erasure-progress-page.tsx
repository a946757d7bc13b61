import { Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Eraser } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErasureStatus } from '../../../shared/api/entities.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { CopyTextButton } from '../../../shared/ui/copy.tsx';
import { DocumentTitle } from '../../../shared/ui/document-title.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import classes from '../privacy.module.css';
import { PublicFrame } from '../public-frame.tsx';
import { CertificatePanel } from './certificate-panel.tsx';
import styles from './erase.module.css';
import { ErasureSteps } from './erasure-steps.tsx';
import { isOver, statusQuery } from './erasure-queries.ts';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';

/** Follows an erasure after the account is signed out for good: the reference stands behind the `#` of the address. */
export function ErasureProgressPage() {
  const t = useTranslations('erase');
  const [reference] = useState(() => window.location.hash.slice(1));
  const isReference = /^er_[\w-]+$/.test(reference);
  const status = useQuery({ ...statusQuery(reference), enabled: isReference });
  const isUnknown = status.error !== null && asProblem(status.error).status === 404;
  return (
    <PublicFrame>
      <DocumentTitle title={t(titleOf(status.data))} />
      {!isReference || isUnknown ? (
        <EmptyState icon={Eraser} title={isUnknown ? t('gone') : t('noReference')} isPage>
          {t('noReferenceHint')}
        </EmptyState>
      ) : (
        <QueryView query={status} skeleton={<Skeleton height={420} radius="lg" />}>
          {(data) => <Progress status={data} reference={reference} />}
        </QueryView>
      )}
    </PublicFrame>
  );
}

function titleOf(status: ErasureStatus | undefined): 'progressTitle' | 'doneTitle' | 'failedTitle' {
  if (status?.state === 'failed') return 'failedTitle';
  return status?.state === 'certified' ? 'doneTitle' : 'progressTitle';
}

function introOf({ state }: ErasureStatus): 'progressIntro' | 'doneIntro' | 'failedIntro' {
  if (state === 'failed') return 'failedIntro';
  return state === 'certified' ? 'doneIntro' : 'progressIntro';
}

function Progress({ status, reference }: { status: ErasureStatus; reference: string }) {
  const t = useTranslations('erase');
  const { textLanguage } = useLanguage();
  const { labelled, listed } = useJoinedWords();
  const { residue } = status;
  return (
    <>
      <div className={classes.intro} role="status">
        <Title order={1}>{t(titleOf(status))}</Title>
        <p>{t(introOf(status))}</p>
      </div>
      <div className={styles.progress}>
        <Panel>
          <ErasureSteps state={status.state} />
          {residue.length > 0 && (
            <p className={styles.residue}>
              {labelled(t('failedAt'), listed(residue.map(({ title }) => title[textLanguage])))}
            </p>
          )}
        </Panel>
        <div className={styles.beside}>
          {isOver(status) && <CertificatePanel reference={reference} />}
          <Panel title={t('reference')} description={t('linkHint')}>
            <p className={styles.reference}>
              <code className="mono">{status.erasureId}</code>
            </p>
            <CopyTextButton value={window.location.href} label={t('copyLink')} />
          </Panel>
        </div>
      </div>
    </>
  );
}
