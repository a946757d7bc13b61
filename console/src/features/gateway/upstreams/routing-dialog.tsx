import {
  Alert,
  Badge,
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Upstream } from '../../../shared/api/entities.ts';
import { formatYuan, microsToJson, parseYuan, priceOfUnits } from '../../../shared/money.ts';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { unitsShown, useMeters, usePerUnits } from '../../catalog/parts.ts';
import { percentOf, type UpstreamModel } from './margin.ts';
import { useSaveModels } from './upstream-queries.ts';
import classes from './upstreams.module.css';

interface RoutingDialogProps {
  upstream: Upstream | undefined;
  onClose: () => void;
}

/** How requests are shared among servers, and what a model costs at this one beside what it sells for. */
export function RoutingDialog({ upstream, onClose }: RoutingDialogProps) {
  const t = useTranslations('upstreams.routing');
  // Before the meters are there, no cost could be written for the units it is read in.
  const hasMeters = useMeters().meters.length > 0;
  const [chosen, setChosen] = useState<string | null>(null);
  const model = upstream?.models.find(({ modelId }) => modelId === chosen) ?? upstream?.models[0];
  return (
    <Dialog
      opened={upstream !== undefined}
      onClose={onClose}
      title={t('title', { name: upstream?.name ?? '' })}
      size="lg"
    >
      {upstream !== undefined && model !== undefined && (
        <Stack gap="md">
          <Select
            label={t('model')}
            data={upstream.models.map(({ modelId }) => modelId)}
            value={model.modelId}
            onChange={setChosen}
            allowDeselect={false}
            searchable={upstream.models.length > 8}
          />
          {hasMeters && (
            <RoutingForm key={`${upstream.id} ${model.modelId}`} upstream={upstream} model={model} />
          )}
        </Stack>
      )}
    </Dialog>
  );
}

/** A form knows its fields by a path, in which a dot would begin another part. */
const fieldOf = (meter: string) => meter.replaceAll('.', '-');

function RoutingForm({ upstream, model }: { upstream: Upstream; model: UpstreamModel }) {
  const t = useTranslations('upstreams.routing');
  const common = useTranslations('common');
  const { meters: allMeters, wordOf } = useMeters();
  const perUnits = usePerUnits();
  const meters = allMeters.filter(({ product }) => product === 'models');
  const save = useSaveModels(upstream);
  const unitsOf = (name: string) => unitsShown(meters.find((meter) => meter.name === name)?.unit);
  const form = useForm<{ weight: number; priority: number; costs: Record<string, string> }>({
    initialValues: {
      weight: model.weight,
      priority: model.priority,
      costs: Object.fromEntries(
        model.costs.map((cost) => [
          fieldOf(cost.meter),
          formatYuan(priceOfUnits(cost, unitsOf(cost.meter))).replace(/[¥,]/g, ''),
        ]),
      ),
    },
    validate: {
      costs: Object.fromEntries(
        meters.map(({ name }) => [
          fieldOf(name),
          (value: string | undefined) =>
            (value ?? '') === '' || parseYuan(value ?? '', 6) !== undefined ? null : t('amountInvalid'),
        ]),
      ),
    },
  });
  const problem = useFormProblem(form);
  const submit = form.onSubmit(({ weight, priority, costs }) => {
    problem.clear();
    const changed = {
      ...model,
      weight,
      priority,
      costs: meters.flatMap(({ name, unit }) => {
        const micros = parseYuan(costs[fieldOf(name)] ?? '', 6);
        return micros === undefined
          ? []
          : [{ meter: name, micros: microsToJson(micros), perUnits: unitsShown(unit) }];
      }),
    };
    save.mutate(changed, {
      onSuccess: () => notifyDone(common('saved')),
      onError: (error) => problem.show(error),
    });
  });
  const marginOf = (name: string) => model.margins.find(({ meter }) => meter === name);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label={t('priority')}
            description={t('priorityHint')}
            min={1}
            max={9}
            allowDecimal={false}
            {...form.getInputProps('priority')}
          />
          <NumberInput
            label={t('weight')}
            description={t('weightHint')}
            min={1}
            max={1000}
            allowDecimal={false}
            {...form.getInputProps('weight')}
          />
        </SimpleGrid>
        <ul className={classes.costs} aria-label={t('costs')}>
          {meters.map(({ name, unit }) => (
            <li key={name}>
              <TextInput
                label={`${wordOf(name)} ${perUnits(unitsShown(unit), unit)}`}
                leftSection="¥"
                inputMode="decimal"
                autoComplete="off"
                {...form.getInputProps(`costs.${fieldOf(name)}`)}
              />
              <MarginText margin={marginOf(name)} units={unitsShown(unit)} />
            </li>
          ))}
        </ul>
        <small className={classes.note}>{t('costsHint')}</small>
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert">
            {problem.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {common('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function MarginText({
  margin,
  units,
}: {
  margin: UpstreamModel['margins'][number] | undefined;
  units: number;
}) {
  const t = useTranslations('upstreams.routing');
  if (margin === undefined) return <span />;
  const { price, marginBasisPoints } = margin;
  if (price === null) return <small>{t('unpriced')}</small>;
  const sells = <small>{t('sells', { price: formatYuan(priceOfUnits(price, units)) })}</small>;
  if (marginBasisPoints === null) return sells;
  return (
    <span className={classes.margin}>
      {sells}
      <Badge color={marginBasisPoints < 0 ? 'cinnabar' : 'celadon'}>
        {t(marginBasisPoints < 0 ? 'loss' : 'margin', { margin: percentOf(Math.abs(marginBasisPoints)) })}
      </Badge>
    </span>
  );
}
