import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Braces, FileCheck2, FileText, PackageOpen, Share2, Table2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { BackToPrivacy } from '../back-to-privacy.tsx';
import { ExportItem } from './export-item.tsx';
import { exportsQuery } from './export-queries.ts';
import classes from './export.module.css';
import { StartExportDialog } from './start-export-dialog.tsx';

const contents = [
  { key: 'page', icon: FileText },
  { key: 'json', icon: Braces },
  { key: 'csv', icon: Table2 },
  { key: 'consents', icon: FileCheck2 },
  { key: 'recipients', icon: Share2 },
] as const;

/** A copy of everything: asked for with a proof, watched while it is made, downloaded. */
export function ExportPage() {
  const t = useTranslations('export');
  const [isStarting, starting] = useDisclosure(false);
  const exports = useQuery(exportsQuery);
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <BackToPrivacy />
          <Button onClick={starting.open} leftSection={<PackageOpen size={16} />}>
            {t('start')}
          </Button>
        </>
      }
    >
      <Panel title={t('insideTitle')}>
        <ul className={classes.contents}>
          {contents.map(({ key, icon: Icon }) => (
            <li key={key}>
              <Icon size={18} strokeWidth={1.7} aria-hidden="true" />
              {t(`inside.${key}`)}
            </li>
          ))}
        </ul>
        <p className={classes.outside}>{t('outside')}</p>
      </Panel>
      <Panel title={t('list')} isFlush>
        <QueryView query={exports}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={PackageOpen} title={t('empty')}>
                {t('emptyHint')}
              </EmptyState>
            ) : (
              <ul className={classes.list}>
                {items.map((item) => (
                  <ExportItem key={item.id} item={item} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </Panel>
      <StartExportDialog isOpen={isStarting} onClose={starting.close} />
    </Page>
  );
}
