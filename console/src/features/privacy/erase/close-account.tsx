import { Alert, Button, Checkbox, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErasurePreview } from '../../../shared/api/entities.ts';
import { formatYuan } from '../../../shared/money.ts';
import { ConfirmErasureDialog } from './confirm-erasure-dialog.tsx';

interface CloseAccountProps {
  preview: ErasurePreview;
  onChanged: () => void;
}

const knownBlocks = ['account-has-members', 'last-operator', 'open-top-up'] as const;

/** What stands in the way, the money that would be lost, and the way to the last step. */
export function CloseAccount({ preview, onChanged }: CloseAccountProps) {
  const t = useTranslations('erase');
  const [isOpen, dialog] = useDisclosure(false);
  const [isAcknowledged, setAcknowledged] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const { balanceMicros, owedMicros, blocks } = preview;

  function blockText(code: string): string {
    const known = knownBlocks.find((one) => one === code);
    return known === undefined ? t('blocks.other', { code }) : t(`blocks.${known}`);
  }

  function begin() {
    const isReady = balanceMicros === 0 || isAcknowledged;
    setMissing(!isReady);
    if (isReady) dialog.open();
  }

  return (
    <Stack gap="md" mt="lg">
      {blocks.length > 0 && (
        <Alert color="amber" title={t('blocksTitle')}>
          <ul style={{ margin: 0, paddingInlineStart: '1.2em' }}>
            {blocks.map((code) => (
              <li key={code}>{blockText(code)}</li>
            ))}
          </ul>
        </Alert>
      )}
      {!preview.closesAccount && blocks.length === 0 && <Alert color="gray">{t('memberOnly')}</Alert>}
      {owedMicros > 0 && <Alert color="amber">{t('owed', { amount: formatYuan(owedMicros) })}</Alert>}
      {balanceMicros > 0 && blocks.length === 0 && (
        <Alert color="amber" title={t('balance')}>
          <p style={{ margin: '0 0 10px' }}>{t('balanceText')}</p>
          <Checkbox
            checked={isAcknowledged}
            onChange={(event) => {
              setAcknowledged(event.currentTarget.checked);
              setMissing(false);
            }}
            label={t('acknowledge', { amount: formatYuan(balanceMicros) })}
            error={isMissing ? t('acknowledgeMissing') : undefined}
          />
        </Alert>
      )}
      <div>
        <Button color="cinnabar" variant="outline" disabled={blocks.length > 0} onClick={begin}>
          {t('begin')}
        </Button>
      </div>
      <ConfirmErasureDialog isOpen={isOpen} preview={preview} onClose={dialog.close} onChanged={onChanged} />
    </Stack>
  );
}
