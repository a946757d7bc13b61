import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { DocumentTitle } from '../../../shared/ui/document-title.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import classes from '../privacy.module.css';
import { PublicFrame } from '../public-frame.tsx';
import { DocumentInput } from './document-input.tsx';
import { KeySource, useKeySource } from './key-source.tsx';
import styles from './verify.module.css';
import { Verdict } from './verdict.tsx';
import { useDocument } from './use-document.ts';
import { readProof } from './read-proof.ts';

const noKeys = { keys: [] };

/** Where anyone checks a proof of ours, or of another cloud, without an account and without sending it anywhere. */
export function VerifyPage() {
  const t = useTranslations('verify');
  const { text, setText } = useDocument();
  const source = useKeySource();
  const reading = useQuery({
    queryKey: ['privacy', 'proof', text, source.keySet],
    queryFn: () => readProof(text, source.keySet ?? noKeys),
    enabled: source.keySet !== undefined || text === '',
    staleTime: Infinity,
    // It checks without a connection, and what was pasted is not kept.
    networkMode: 'always',
    gcTime: 0,
  });
  return (
    <PublicFrame>
      <DocumentTitle title={t('title')} />
      <div className={classes.intro}>
        <Title order={1}>{t('title')}</Title>
        <p>{t('intro')}</p>
      </div>
      <div className={styles.layout}>
        <div className={styles.input}>
          <Panel>
            <div className={styles.input}>
              <DocumentInput text={text} onText={setText} />
              <KeySource source={source} />
            </div>
          </Panel>
          <Panel title={t('how')}>
            <ul className={styles.how}>
              <li>{t('howSteps.private')}</li>
              <li>{t('howSteps.format')}</li>
              <li>{t('howSteps.own')}</li>
            </ul>
          </Panel>
        </div>
        <div className={styles.result} aria-live="polite">
          <Verdict reading={reading.data ?? { state: 'empty' }} />
        </div>
      </div>
    </PublicFrame>
  );
}
