import { Badge, Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import type { Processing } from '../../../shared/api/entities.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { formatTime } from '../../../shared/time.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { notifyFailure } from '../../../shared/ui/notify.ts';
import { useObject } from './processing-queries.ts';
import classes from './restrict.module.css';

type PurposeRow = Processing['purposes'][number];

/** Every purpose there is, whether it goes on, and why it may or must. */
export function PurposeTable({ processing }: { processing: Processing }) {
  const t = useTranslations('restrict');
  const isRestricted = processing.restrictedSince !== null;
  const columns: Column<PurposeRow>[] = [
    {
      key: 'purpose',
      width: '40%',
      header: t('purpose'),
      isTitle: true,
      render: (row) => (
        <span className={classes.purpose}>
          {row.text}
          <small>{row.basis}</small>
        </span>
      ),
    },
    {
      key: 'state',
      width: '38%',
      header: t('state'),
      render: (row) => <State row={row} isRestricted={isRestricted} />,
    },
    { key: 'action', width: '22%', header: t('action'), render: (row) => <Act row={row} /> },
  ];
  return (
    <DataTable
      caption={t('purposes')}
      columns={columns}
      rows={processing.purposes}
      rowKey={(row) => row.purpose}
    />
  );
}

function State({ row, isRestricted }: { row: PurposeRow; isRestricted: boolean }) {
  const t = useTranslations('restrict');
  if (!row.canStop)
    return (
      <span className={classes.needed}>
        <Badge color="gray">{t('needed')}</Badge>
        <small>{t('neededHint')}</small>
      </span>
    );
  if (row.objectedAt !== null)
    return <Badge color="amber">{t('objected', { at: formatTime(row.objectedAt, 'day') })}</Badge>;
  if (isRestricted) return <Badge color="amber">{t('stoppedByRestriction')}</Badge>;
  return row.restsOnConsent ? (
    <Badge color="gray">{t('byConsent')}</Badge>
  ) : (
    <Badge color="celadon">{t('running')}</Badge>
  );
}

function Act({ row }: { row: PurposeRow }) {
  const t = useTranslations('restrict');
  const text = useProblemText();
  const { labelled } = useJoinedWords();
  const object = useObject(row.purpose);
  if (!row.canStop) return null;
  const isObjected = row.objectedAt !== null;
  if (row.restsOnConsent && !isObjected)
    return (
      <LinkButton to="/privacy/choices" variant="subtle" size="compact-sm">
        {t('toChoices')}
      </LinkButton>
    );
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={object.isPending}
      aria-label={labelled(isObjected ? t('liftObjection') : t('object'), row.text)}
      onClick={() =>
        object.mutate(!isObjected, { onError: (error) => notifyFailure(text(asProblem(error))) })
      }
    >
      {isObjected ? t('liftObjection') : t('object')}
    </Button>
  );
}
