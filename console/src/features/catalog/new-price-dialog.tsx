import { FormEnd } from '../../shared/ui/form-end.tsx';
import { Alert, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { capabilitiesQuery } from '../../shared/api/capabilities.ts';
import { api, unwrap } from '../../shared/api/client.ts';
import type { Meter, MeterPrice, Model } from '../../shared/api/entities.ts';
import { formatYuan, microsToJson, parseYuan, priceOfUnits } from '../../shared/money.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import classes from './catalog.module.css';
import { metersQuery, unitsShown, useMeters } from './use-meters.ts';
import { usePerUnits } from './use-per-units.ts';

interface NewPriceDialogProps {
  /** The model to price; empty to choose one, undefined when the dialog is closed. */
  initialModelId: string | undefined;
  models: readonly Model[];
  onClose: () => void;
}

export function NewPriceDialog({ initialModelId, models, onClose }: NewPriceDialogProps) {
  const t = useTranslations('prices');
  const meters = useQuery(metersQuery);
  return (
    <Dialog opened={initialModelId !== undefined} onClose={onClose} title={t('newVersion')}>
      {initialModelId !== undefined && (
        <QueryView query={meters}>
          {({ items }) => (
            <NewPriceForm
              initialModelId={initialModelId}
              models={models}
              meters={items.filter(({ product }) => product === 'models')}
              onClose={onClose}
            />
          )}
        </QueryView>
      )}
    </Dialog>
  );
}

interface NewPriceFormProps extends NewPriceDialogProps {
  initialModelId: string;
  meters: readonly Meter[];
}

/** The amount a field begins with, for the units the field is about. */
function amountOf(price: MeterPrice | undefined, units: number): string {
  return price === undefined ? '' : formatYuan(priceOfUnits(price, units)).replace(/[¥,]/g, '');
}

/** A form knows its fields by a path, in which a dot would begin another part. */
const fieldOf = (meter: Meter) => meter.name.replaceAll('.', '-');

function NewPriceForm({ initialModelId, models, meters, onClose }: NewPriceFormProps) {
  const t = useTranslations('prices');
  const { wordOf } = useMeters();
  const perUnits = usePerUnits();
  const queryClient = useQueryClient();
  const known = models.find((model) => model.id === initialModelId)?.price?.prices ?? [];
  const kindOf = (sku: string) => models.find((model) => model.id === sku)?.kind;
  const priceOf = (meter: Meter) => known.find((price) => price.meter === meter.name);
  const form = useForm({
    initialValues: {
      sku: initialModelId,
      prices: Object.fromEntries(
        meters.map((meter) => [fieldOf(meter), amountOf(priceOf(meter), unitsShown(meter.unit))]),
      ),
      effectiveFrom: '',
    },
    validate: {
      sku: (value) => (value === '' ? t('modelMissing') : null),
      prices: Object.fromEntries(
        meters.map((meter) => [
          fieldOf(meter),
          (value: string | undefined) =>
            (value === '' && !isRequired(meter)) || parseYuan(value ?? '', 6) !== undefined
              ? null
              : t('amountInvalid'),
        ]),
      ),
    },
  });
  const problem = useFormProblem(form);
  const kind = kindOf(form.values.sku);
  const isRequired = (meter: Meter) => kind !== undefined && meter.requiredFor.includes(kind);
  const shown = meters.filter(({ kinds }) => kind === undefined || kinds.includes(kind));
  const create = useMutation({
    mutationFn: ({ sku, prices, effectiveFrom }: typeof form.values) =>
      unwrap(
        api.POST('/api/catalog/prices', {
          body: {
            sku,
            prices: shown.flatMap((meter) => {
              const micros = parseYuan(prices[fieldOf(meter)] ?? '', 6);
              return micros === undefined
                ? []
                : [{ meter: meter.name, micros: microsToJson(micros), perUnits: unitsShown(meter.unit) }];
            }),
            // The field holds the wall clock of the billing zone.
            effectiveFrom:
              effectiveFrom === '' ? undefined : new Date(`${effectiveFrom}:00+08:00`).toISOString(),
          },
        }),
      ),
    onSuccess: () => {
      notifyDone(t('created'));
      void queryClient.invalidateQueries({ queryKey: ['catalog'] });
      void queryClient.invalidateQueries({ queryKey: capabilitiesQuery.queryKey });
      onClose();
    },
    onError: (error) => problem.show(error),
  });
  const submit = form.onSubmit((values) => {
    problem.clear();
    create.mutate(values);
  });
  const field = (meter: Meter) => (
    <TextInput
      key={meter.name}
      label={`${wordOf(meter.name)} ${perUnits(unitsShown(meter.unit), meter.unit)}`}
      placeholder={
        isRequired(meter)
          ? undefined
          : meter.pricedAs === null
            ? t('free')
            : t('as', { meter: wordOf(meter.pricedAs) })
      }
      leftSection="¥"
      inputMode="decimal"
      autoComplete="off"
      {...form.getInputProps(`prices.${fieldOf(meter)}`)}
    />
  );
  const optional = shown.filter((meter) => !isRequired(meter));

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Select
          label={t('model')}
          searchable
          data={models.map((model) => ({ value: model.id, label: model.id }))}
          {...form.getInputProps('sku')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>{shown.filter(isRequired).map(field)}</SimpleGrid>
        <details className={classes.more} open={optional.some((meter) => priceOf(meter) !== undefined)}>
          <summary>{t('moreMeters')}</summary>
          <p>{t('moreMetersHint')}</p>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>{optional.map(field)}</SimpleGrid>
        </details>
        <TextInput
          label={t('effectiveFrom')}
          description={t('effectiveHint')}
          type="datetime-local"
          {...form.getInputProps('effectiveFrom')}
        />
        <Alert color="amber" p="sm">
          {t('immutable')}
        </Alert>
        <FormEnd
          problem={problem.message}
          isSaving={create.isPending}
          onCancel={onClose}
          action={t('publish')}
        />
      </Stack>
    </form>
  );
}
