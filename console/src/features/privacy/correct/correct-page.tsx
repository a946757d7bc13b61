import { Button, Skeleton, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { PencilLine } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CorrectionTable } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { BackToPrivacy } from '../back-to-privacy.tsx';
import { CorrectionField } from './correction-field.tsx';
import classes from './correct.module.css';
import { correctionQuery } from './correction-queries.ts';

/** A form over everything a person can correct, drawn from what the server declares. */
export function CorrectPage() {
  const t = useTranslations('correct');
  const { textLanguage } = useLanguage();
  const form = useQuery(correctionQuery(textLanguage));
  return (
    <Page title={t('title')} description={t('description')} actions={<BackToPrivacy />}>
      <QueryView query={form} skeleton={<Skeleton height={420} radius="lg" />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={PencilLine} title={t('empty')} />
          ) : (
            items.map((table) => <TableForm key={table.table} table={table} />)
          )
        }
      </QueryView>
    </Page>
  );
}

function TableForm({ table }: { table: CorrectionTable }) {
  const t = useTranslations('correct');
  return (
    <Panel title={table.title}>
      {table.rows.map((row, index) => (
        <section key={row.row} className={classes.record}>
          {table.rows.length > 1 && (
            <Title order={3} className={classes.recordTitle}>
              {t('record', { title: table.title, number: index + 1 })}
            </Title>
          )}
          <RowForm table={table.table} row={row} />
        </section>
      ))}
    </Panel>
  );
}

interface RowFormProps {
  table: string;
  row: CorrectionTable['rows'][number];
}

/** What can be changed first; what cannot gives its reasons on demand. */
function RowForm({ table, row }: RowFormProps) {
  const t = useTranslations('correct');
  const [areFixedShown, fixedShown] = useDisclosure(false);
  const open = row.fields.filter(({ change }) => change.kind !== 'no');
  const fixed = row.fields.filter(({ change }) => change.kind === 'no');
  return (
    <>
      <ul className={classes.fields}>
        {(areFixedShown ? [...open, ...fixed] : open).map((field) => (
          <CorrectionField
            key={field.column}
            place={{ table, row: row.row, column: field.column }}
            field={field}
          />
        ))}
      </ul>
      {fixed.length > 0 && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={fixedShown.toggle}
          aria-expanded={areFixedShown}
        >
          {areFixedShown ? t('hideFixed') : t('showFixed', { count: fixed.length })}
        </Button>
      )}
    </>
  );
}
