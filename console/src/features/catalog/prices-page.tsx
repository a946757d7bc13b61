import { Badge, Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Tags } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Model, Price } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { useFilters } from '../../shared/list/use-filters.ts';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { fetchPrices, modelsQuery } from './catalog-queries.ts';
import { PriceList } from './price-list.tsx';
import { NewPriceDialog } from './new-price-dialog.tsx';
import { WithdrawModelDialog } from './withdraw-model-dialog.tsx';

export function PricesPage() {
  const t = useTranslations('prices');
  const common = useTranslations('common');
  const models = useQuery(modelsQuery);
  const filters = useFilters(['model', 'pricing']);
  const modelId = filters.values.model;
  const prices = useCursorList(['catalog', 'prices', modelId], (cursor) => fetchPrices(modelId, cursor));
  // In the address, so that a page that shows a model without a price leads straight to pricing it.
  const [pricing, setPricing] = useState(filters.values.pricing);
  const [withdrawing, setWithdrawing] = useState<string | null>(null);
  const items = models.data?.items ?? [];

  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button leftSection={<Plus size={16} />} onClick={() => setPricing('')}>
          {t('newVersion')}
        </Button>
      }
    >
      <Panel title={t('current')} isFlush>
        <QueryView query={models}>
          {({ items: rows }) => (
            <CurrentPrices
              models={rows}
              onPrice={(model) => setPricing(model.id)}
              onWithdraw={(model) => setWithdrawing(model.id)}
            />
          )}
        </QueryView>
      </Panel>
      <Panel
        title={t('history')}
        description={t('historyHint')}
        isFlush
        actions={
          <Select
            size="xs"
            aria-label={t('model')}
            value={modelId ?? 'all'}
            onChange={(value) => filters.set({ model: value === 'all' ? undefined : (value ?? undefined) })}
            data={[
              { value: 'all', label: common('all') },
              ...items.map((model) => ({ value: model.id, label: model.id })),
            ]}
          />
        }
      >
        <QueryView query={prices}>
          {(versions) => (
            <>
              <History versions={versions} models={items} />
              {versions.length > 0 && <LoadMore list={prices} count={versions.length} />}
            </>
          )}
        </QueryView>
      </Panel>
      <NewPriceDialog
        key={pricing}
        // The form begins with the prices of now, so it waits for them.
        initialModelId={models.data === undefined ? undefined : pricing}
        models={items}
        onClose={() => {
          setPricing(undefined);
          filters.set({ pricing: undefined });
        }}
      />
      <WithdrawModelDialog modelId={withdrawing} onClose={() => setWithdrawing(null)} />
    </Page>
  );
}

interface CurrentPricesProps {
  models: readonly Model[];
  onPrice: (model: Model) => void;
  onWithdraw: (model: Model) => void;
}

function CurrentPrices({ models, onPrice, onWithdraw }: CurrentPricesProps) {
  const t = useTranslations('prices');
  const { textLanguage } = useLanguage();
  const columns: Column<Model>[] = [
    { key: 'model', header: t('model'), isTitle: true, render: (model) => model.displayName[textLanguage] },
    { key: 'id', header: t('modelId'), render: (model) => model.id },
    {
      key: 'prices',
      header: t('prices'),
      render: ({ price, isOffered }) => (
        <>
          {price !== null && <PriceList prices={price.prices} />}
          {!isOffered && (
            <>
              <Badge color="amber">{t(price === null ? 'unpriced' : 'incomplete')}</Badge>{' '}
              <small>{t('hiddenHint')}</small>
            </>
          )}
        </>
      ),
    },
    {
      key: 'change',
      header: t('actions'),
      isAction: true,
      render: (model) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button variant="subtle" size="compact-sm" onClick={() => onPrice(model)}>
            {t('change')}
          </Button>
          <Button variant="subtle" color="cinnabar" size="compact-sm" onClick={() => onWithdraw(model)}>
            {t('withdraw')}
          </Button>
        </Group>
      ),
    },
  ];
  return <DataTable caption={t('current')} columns={columns} rows={models} rowKey={(model) => model.id} />;
}

function History({ versions, models }: { versions: readonly Price[]; models: readonly Model[] }) {
  const t = useTranslations('prices');
  const current = new Set(models.map((model) => model.price?.versionId));
  if (versions.length === 0) return <EmptyState icon={Tags} title={t('empty')} />;
  const columns: Column<Price>[] = [
    {
      key: 'model',
      header: t('modelId'),
      isTitle: true,
      render: (price) => price.sku,
    },
    { key: 'prices', header: t('prices'), render: (price) => <PriceList prices={price.prices} /> },
    { key: 'from', header: t('effectiveFrom'), render: (price) => <Instant at={price.effectiveFrom} /> },
    {
      key: 'state',
      header: t('state'),
      render: (price) => {
        if (current.has(price.id)) return <Badge>{t('inForce')}</Badge>;
        const isFuture = Date.parse(price.effectiveFrom) > Date.now();
        return <Badge color={isFuture ? 'amber' : 'gray'}>{isFuture ? t('upcoming') : t('past')}</Badge>;
      },
    },
  ];
  return <DataTable caption={t('history')} columns={columns} rows={versions} rowKey={(price) => price.id} />;
}
