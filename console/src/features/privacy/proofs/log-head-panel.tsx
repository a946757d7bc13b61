import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import { CopyIcon } from '../../../shared/ui/copy.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { saveText } from '../../../shared/save-text.ts';
import classes from './proofs.module.css';
import { VerifyButton } from './verify-button.tsx';

/** What the audit log commits itself to now; a keeper of it can show later that history was changed. */
export function LogHeadPanel() {
  const t = useTranslations('proofs');
  const head = useQuery({
    queryKey: ['audit', 'head'],
    queryFn: () => unwrap(api.GET('/api/audit/log/head')),
  });
  return (
    <Panel title={t('log')} description={t('logHint')}>
      <QueryView query={head}>
        {({ size, root, signedAt, signedHead }) => (
          <>
            <dl className={classes.head}>
              <dt>{t('logSize')}</dt>
              <dd className="numeric">{size}</dd>
              <dt>{t('logRoot')}</dt>
              <dd>
                <code className="mono">{root}</code> <CopyIcon value={root} />
              </dd>
              <dt>{t('logAt')}</dt>
              <dd>
                <Instant at={signedAt} precision="second" />
              </dd>
            </dl>
            <div className={classes.actions}>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<Download size={15} />}
                onClick={() => saveText(`candor-log-${size}.jws`, signedHead)}
              >
                {t('downloadHead')}
              </Button>
              <VerifyButton readDocument={async () => signedHead} />
            </div>
          </>
        )}
      </QueryView>
    </Panel>
  );
}
