import { Button, Skeleton } from '@mantine/core';
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
            personFirst(items).map((table) => <TableForm key={table.table} table={table} />)
          )
        }
      </QueryView>
    </Page>
  );
}

/** What is there once is about the person; then come lists. */
function personFirst(tables: readonly CorrectionTable[]): CorrectionTable[] {
  const isSelf = ({ table }: CorrectionTable) => (table === 'identity.users' ? 0 : 1);
  return tables.toSorted((a, b) => isSelf(a) - isSelf(b) || a.rows.length - b.rows.length);
}

/** One panel a table; where it has several records, each is known by its value and the reasons are given once. */
function TableForm({ table }: { table: CorrectionTable }) {
  const t = useTranslations('correct');
  const [areFixedShown, fixedShown] = useDisclosure(false);
  const fixed = (table.rows[0]?.fields ?? []).filter(({ change }) => change.kind === 'no');
  return (
    <Panel title={table.title}>
      <ul className={classes.fields}>
        {table.rows.flatMap(({ row, fields }) =>
          fields
            .filter(({ change }) => change.kind !== 'no')
            .map((field) => (
              <CorrectionField
                key={`${row} ${field.column}`}
                place={{ table: table.table, row, column: field.column }}
                field={field}
              />
            )),
        )}
      </ul>
      {fixed.length > 0 && (
        <>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={fixedShown.toggle}
            aria-expanded={areFixedShown}
          >
            {areFixedShown ? t('hideFixed') : t('showFixed', { count: fixed.length })}
          </Button>
          {areFixedShown && (
            <dl className={classes.fixed}>
              {fixed.map(({ column, title, change }) => (
                <div key={column}>
                  <dt>{title}</dt>
                  <dd>{t('cannot', { reason: change.reason ?? '' })}</dd>
                </div>
              ))}
            </dl>
          )}
        </>
      )}
    </Panel>
  );
}
