import { Badge } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Panel } from '../../../shared/ui/page.tsx';
import { ProofStatement } from './proof-statement.tsx';
import type { ProofReading } from './read-proof.ts';
import { Seal } from './seal.tsx';
import classes from './verify.module.css';

/** The answer: a seal, a sentence, and what the document says in words. */
export function Verdict({ reading }: { reading: ProofReading }) {
  const t = useTranslations('verify');
  switch (reading.state) {
    case 'empty':
      return (
        <Panel>
          <div className={classes.verdict}>
            <Seal tone="waiting" />
            <h2>{t('waitingTitle')}</h2>
            <p>{t('waiting')}</p>
          </div>
        </Panel>
      );
    case 'insecure':
      return <Refusal text={t('reasons.insecure')} />;
    case 'refused':
      return <Refusal text={t(`reasons.${reading.reason}`)} />;
    case 'genuine':
      return (
        <Panel>
          <div className={classes.verdict}>
            <Seal tone="good" />
            <h2>{t('genuineTitle')}</h2>
            <Badge color="celadon" mb={6}>
              {t(`kinds.${reading.kind}`)}
            </Badge>
            <p>{t('genuine', { key: `${reading.keyId.slice(0, 12)}…` })}</p>
          </div>
          <ProofStatement kind={reading.kind} payload={reading.payload} />
        </Panel>
      );
  }
}

function Refusal({ text }: { text: string }) {
  const t = useTranslations('verify');
  return (
    <Panel>
      <div className={classes.verdict} role="alert">
        <Seal tone="bad" />
        <h2>{t('refusedTitle')}</h2>
        <p>{text}</p>
      </div>
    </Panel>
  );
}
