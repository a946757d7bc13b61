import { useMessages, useTranslations } from 'use-intl';
import { formatTime } from '../../../shared/time.ts';
import { NoticeText } from '../choices/notice-text.tsx';
import { CertificateStatement } from './certificate-statement.tsx';
import { Facts } from './facts.tsx';
import { instantIn, numberIn, objectIn, objectsIn, type Payload, textIn } from './payload.ts';
import type { ProofKind } from './read-proof.ts';
import classes from './verify.module.css';

/** What a genuine document says: in words where we have them, and always to the letter. */
export function ProofStatement({ kind, payload }: { kind: ProofKind; payload: Payload }) {
  const t = useTranslations('verify');
  return (
    <section aria-label={t('saysTitle')}>
      <InWords kind={kind} payload={payload} />
      <details className={classes.raw}>
        <summary>{t('raw')}</summary>
        <pre tabIndex={0}>{JSON.stringify(payload, null, 2)}</pre>
      </details>
    </section>
  );
}

function InWords({ kind, payload }: { kind: ProofKind; payload: Payload }) {
  switch (kind) {
    case 'receipt':
      return <ReceiptStatement payload={payload} />;
    case 'certificate':
      return <CertificateStatement payload={payload} />;
    case 'tree-head':
      return <HeadStatement payload={payload} />;
    case 'tree-cut':
      return <CutStatement payload={payload} />;
  }
}

const decisions = ['given', 'refused', 'withdrawn', 'noticed'] as const;

function ReceiptStatement({ payload }: { payload: Payload }) {
  const t = useTranslations('verify');
  const { verify } = useMessages();
  const names: Readonly<Record<string, string>> = verify.purposes;
  const event = objectIn(payload, 'event') ?? {};
  const notice = objectIn(payload, 'notice');
  const decision = decisions.find((one) => one === event.kind);
  const at = instantIn(event, 'at');
  const code = textIn(payload, 'purpose') ?? '';
  const purpose = (notice === undefined ? undefined : textIn(notice, 'title')) ?? names[code] ?? code;
  const sections = notice === undefined ? [] : objectsIn(notice, 'sections');
  const { event: _event, notice: _notice, ...rest } = payload;
  return (
    <>
      {decision !== undefined && at !== undefined && (
        <p className={classes.sentence}>
          {t(`receipt.${decision}`, { at: formatTime(at, 'second'), purpose })}
        </p>
      )}
      {sections.length > 0 && (
        <details className={classes.raw}>
          <summary>{t('shownText')}</summary>
          <NoticeText
            label={t('shownText')}
            sections={sections.map((section, index) => ({
              key: String(index),
              title: textIn(section, 'title') ?? '',
              text: textIn(section, 'text') ?? '',
            }))}
          />
        </details>
      )}
      <Facts payload={{ ...event, ...rest }} />
    </>
  );
}

function HeadStatement({ payload }: { payload: Payload }) {
  const t = useTranslations('verify');
  const at = instantIn(payload, 'at');
  const size = numberIn(payload, 'size');
  const root = textIn(payload, 'root');
  return (
    <>
      {at !== undefined && size !== undefined && root !== undefined && (
        <p className={classes.sentence}>
          {t('treeHead', { at: formatTime(at, 'second'), size, root: `${root.slice(0, 12)}…` })}
        </p>
      )}
      <Facts payload={payload} />
    </>
  );
}

function CutStatement({ payload }: { payload: Payload }) {
  const t = useTranslations('verify');
  const at = instantIn(payload, 'at');
  const [from, to] = [numberIn(payload, 'from'), numberIn(payload, 'to')];
  if (at === undefined || from === undefined || to === undefined) return null;
  return <p className={classes.sentence}>{t('treeCut', { at: formatTime(at, 'second'), from, to })}</p>;
}
