import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { VerifyButton } from '../proofs/verify-button.tsx';
import { saveText } from '../save-text.ts';
import { Seal } from '../verify/seal.tsx';
import { keySetQuery } from '../verify/verify-queries.ts';
import { certificateQuery } from './erasure-queries.ts';
import classes from './erase.module.css';

/** The proof that it is done, to take away: this cloud keeps nothing that could find its owner again. */
export function CertificatePanel({ reference }: { reference: string }) {
  const t = useTranslations('erase');
  const certificate = useQuery(certificateQuery(reference));
  const keys = useQuery(keySetQuery);
  return (
    <Panel>
      <QueryView query={certificate}>
        {({ certificate: text }) => (
          <div className={classes.certificate}>
            <Seal tone="good" />
            <h2>{t('certificate')}</h2>
            <textarea
              readOnly
              rows={4}
              value={text}
              aria-label={t('certificate')}
              className={classes.document}
            />
            <Group gap="sm" justify="center">
              <Button
                leftSection={<Download size={16} />}
                onClick={() => saveText('candor-erasure-certificate.jws', text)}
              >
                {t('download')}
              </Button>
              <VerifyButton readDocument={async () => text} />
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
