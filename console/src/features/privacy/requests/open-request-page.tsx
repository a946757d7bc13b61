import { Tabs, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { CandorNote } from '../../../shared/ui/candor-note.tsx';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { DocumentTitle } from '../../../shared/ui/document-title.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import classes from '../privacy.module.css';
import { PublicFrame } from '../public-frame.tsx';
import { EnterRequest } from './enter-request.tsx';
import { FileRequest } from './file-request.tsx';
import { FollowRequest } from './follow-request.tsx';
import styles from './requests.module.css';
import { useCaseKey } from './use-case-key.ts';

/** Where a person without an account exercises their rights: file, confirm the contact, follow. */
export function OpenRequestPage() {
  const t = useTranslations('requests.openPage');
  const { caseKey, setCaseKey } = useCaseKey();
  const [reference, setReference] = useState('');
  const [tab, setTab] = useState<'file' | 'follow'>('file');
  const step = caseKey !== undefined ? 'follow' : reference !== '' ? 'confirm' : 'file';

  return (
    <PublicFrame>
      <DocumentTitle title={t('title')} />
      <div className={classes.intro}>
        <Title order={1}>{t('title')}</Title>
        <p>{t('intro')}</p>
        {step === 'file' && (
          <LinkButton to="/privacy/requests" variant="default" size="xs">
            {t('haveAccount')}
          </LinkButton>
        )}
      </div>
      <ol className={styles.steps}>
        {(['file', 'confirm', 'follow'] as const).map((one) => (
          <li key={one} aria-current={one === step ? 'step' : undefined}>
            {t(`step.${one}`)}
          </li>
        ))}
      </ol>
      {caseKey !== undefined ? (
        <FollowRequest caseKey={caseKey} onLeave={() => setCaseKey(undefined)} />
      ) : (
        <div className={styles.narrow}>
          <Panel>
            {reference !== '' ? (
              <EnterRequest filedReference={reference} onEntered={setCaseKey} />
            ) : (
              <Tabs value={tab} onChange={(value) => setTab(value === 'follow' ? 'follow' : 'file')}>
                <Tabs.List mb="md">
                  <Tabs.Tab value="file">{t('file')}</Tabs.Tab>
                  <Tabs.Tab value="follow">{t('follow')}</Tabs.Tab>
                </Tabs.List>
                <Tabs.Panel value="file">
                  <FileRequest onFiled={setReference} />
                </Tabs.Panel>
                <Tabs.Panel value="follow">
                  <EnterRequest filedReference="" onEntered={setCaseKey} />
                </Tabs.Panel>
              </Tabs>
            )}
          </Panel>
          <CandorNote isPublic>{t('note')}</CandorNote>
        </div>
      )}
    </PublicFrame>
  );
}
