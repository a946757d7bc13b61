import { useMessages, useTranslations } from 'use-intl';
import { formatTime } from '../../../shared/time.ts';
import { DatumValue } from '../datum-value.tsx';
import type { ProofKind } from './read-proof.ts';
import classes from './verify.module.css';

type Payload = Readonly<Record<string, unknown>>;

/** What a genuine document says: one sentence where we know how to say it, every field of it, and the original. */
export function ProofStatement({ kind, payload }: { kind: ProofKind; payload: Payload }) {
  const t = useTranslations('verify');
  const sentence = useSentence(kind, payload);
  return (
    <section aria-label={t('saysTitle')}>
      {sentence !== undefined && <p className={classes.sentence}>{sentence}</p>}
      <Facts payload={payload} />
      <details className={classes.raw}>
        <summary>{t('raw')}</summary>
        <pre tabIndex={0}>{JSON.stringify(payload, null, 2)}</pre>
      </details>
    </section>
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function useSentence(kind: ProofKind, payload: Payload): string | undefined {
  const t = useTranslations('verify');
  const at = textOf(payload.at) ?? textOf(payload.completedAt);
  const when = at === undefined || Number.isNaN(Date.parse(at)) ? undefined : formatTime(at, 'second');
  if (when === undefined) return undefined;
  switch (kind) {
    case 'tree-head':
      return typeof payload.size === 'number' && typeof payload.root === 'string'
        ? t('treeHead', { at: when, size: payload.size, root: `${payload.root.slice(0, 12)}…` })
        : undefined;
    case 'receipt': {
      const purpose = textOf(payload.purpose);
      if (purpose === undefined) return undefined;
      if (payload.event === 'given') return t('receiptGiven', { at: when, purpose });
      if (payload.event === 'refused') return t('receiptRefused', { at: when, purpose });
      if (payload.event === 'withdrawn') return t('receiptWithdrawn', { at: when, purpose });
      return undefined;
    }
    case 'certificate':
      return typeof payload.residue === 'number'
        ? t('certificateDone', { at: when, residue: payload.residue })
        : undefined;
  }
}

function Facts({ payload }: { payload: Payload }) {
  const { verify } = useMessages();
  const names: Readonly<Record<string, string>> = verify.fields;
  return (
    <dl className={classes.facts}>
      {Object.entries(payload).map(([name, value]) => (
        <Fact key={name} name={names[name] ?? name} value={value} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {typeof value === 'object' && value !== null ? (
          <Nested value={value} />
        ) : (
          <DatumValue value={value} />
        )}
      </dd>
    </>
  );
}

function Nested({ value }: { value: object }) {
  if (Array.isArray(value))
    return (
      <ul style={{ margin: 0, paddingInlineStart: '1.1em' }}>
        {value.map((one: unknown, index) => (
          <li key={index}>
            {typeof one === 'object' && one !== null ? <Nested value={one} /> : <DatumValue value={one} />}
          </li>
        ))}
      </ul>
    );
  return <Facts payload={{ ...value }} />;
}
