import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { VerifyButton } from '../proofs/verify-button.tsx';
import { saveText } from '../../../shared/save-text.ts';
import { readProof } from '../verify/read-proof.ts';
import { Seal } from '../verify/seal.tsx';
import { keySetQuery } from '../verify/verify-queries.ts';
import { certificateQuery, erasureKey } from './erasure-queries.ts';
import classes from './erase.module.css';

/** The proof that it is done, to take away: this cloud keeps nothing that could find its owner again. */
export function CertificatePanel({ reference }: { reference: string }) {
  const t = useTranslations('erase');
  const certificate = useQuery(certificateQuery(reference));
  const keys = useQuery(keySetQuery);
  const text = certificate.data?.certificate;
  const reading = useQuery({
    queryKey: [erasureKey, reference, 'reading', keys.data],
    queryFn: () => readProof(text ?? '', keys.data ?? { keys: [] }),
    enabled: text !== undefined && keys.data !== undefined,
    networkMode: 'always',
  });
  return (
    <Panel>
      <QueryView query={certificate}>
        {({ certificate: document }) => (
          <div className={classes.certificate}>
            <Seal tone={reading.data?.state === 'genuine' ? 'good' : 'waiting'} />
            <h2>{t('certificate')}</h2>
            <textarea
              readOnly
              rows={4}
              value={document}
              aria-label={t('certificate')}
              className={classes.document}
            />
            <Group gap="sm" justify="center">
              <Button
                leftSection={<Download size={16} />}
                onClick={() => saveText('candor-erasure-certificate.jws', document)}
              >
                {t('download')}
              </Button>
              <VerifyButton readDocument={async () => document} />
            </Group>
            <p className={classes.hint}>{t('verifyElsewhere')}</p>
            <Button
              variant="default"
              size="xs"
              disabled={keys.data === undefined}
              onClick={() =>
                saveText('candor-keys.json', JSON.stringify(keys.data, null, 2), 'application/json')
              }
            >
              {t('downloadKeys')}
            </Button>
          </div>
        )}
      </QueryView>
    </Panel>
  );
}
