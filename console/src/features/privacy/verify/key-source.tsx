import type { PublicKeySet } from '@candor/privacy-engine/signing-key';
import { Alert, Button, SegmentedControl, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { saveText } from '../../../shared/save-text.ts';
import { parseKeySet } from './read-proof.ts';
import { keySetAddress, keySetQuery } from './verify-queries.ts';
import classes from './verify.module.css';

/** Whose keys a proof is checked with: those of this cloud, or pasted ones. */
export function useKeySource() {
  const [from, setFrom] = useState<'own' | 'pasted'>('own');
  const [pasted, setPasted] = useState('');
  const own = useQuery(keySetQuery);
  const keySet: PublicKeySet | undefined = from === 'own' ? own.data : parseKeySet(pasted);
  return { from, setFrom, pasted, setPasted, keySet, isOwnLost: own.error !== null };
}

export function KeySource({ source }: { source: ReturnType<typeof useKeySource> }) {
  const t = useTranslations('verify');
  const { from, setFrom, pasted, setPasted, keySet, isOwnLost } = source;
  return (
    <fieldset className="plain-fieldset">
      <legend>{t('keysFrom')}</legend>
      <SegmentedControl
        fullWidth
        value={from}
        onChange={setFrom}
        aria-label={t('keysFrom')}
        data={[
          { value: 'own', label: t('ownKeys') },
          { value: 'pasted', label: t('pastedKeys') },
        ]}
      />
      <div className={classes.input} style={{ marginTop: 12, gap: 10 }}>
        {from === 'pasted' ? (
          <Textarea
            label={t('pasteKeys')}
            description={t('pasteKeysHint')}
            value={pasted}
            onChange={(event) => setPasted(event.currentTarget.value)}
            error={pasted !== '' && keySet === undefined ? t('badKeys') : undefined}
            rows={4}
            spellCheck={false}
            autoComplete="off"
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8rem' } }}
          />
        ) : (
          <p className={classes.keys}>{t('ownKeysHint', { address: keySetAddress })}</p>
        )}
        {from === 'own' && isOwnLost && <Alert color="amber">{t('keysNotLoaded')}</Alert>}
        {keySet !== undefined && <KeyList keySet={keySet} canSave={from === 'own'} />}
      </div>
    </fieldset>
  );
}

function KeyList({ keySet, canSave }: { keySet: PublicKeySet; canSave: boolean }) {
  const t = useTranslations('verify');
  return (
    <>
      <ul className={classes.keys} aria-label={t('keyCount', { count: keySet.keys.length })}>
        {keySet.keys.map((key) => (
          <li key={key.kid}>
            <code className="mono">{key.kid}</code>
          </li>
        ))}
      </ul>
      {canSave && (
        <div className={classes.row}>
          <Button
            variant="default"
            size="xs"
            leftSection={<Download size={15} />}
            onClick={() => saveText('candor-keys.json', JSON.stringify(keySet, null, 2), 'application/json')}
          >
            {t('saveKeys')}
          </Button>
          <span className={classes.keys}>{t('saveKeysHint')}</span>
        </div>
      )}
    </>
  );
}
