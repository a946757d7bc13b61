import { ActionIcon, Button, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { ArrowRight, ListChecks, Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { NewUpstream, UpstreamTrial } from '../../../shared/api/entities.ts';
import { modelsQuery } from '../../catalog/parts.ts';
import { ModelPicker } from './model-picker.tsx';
import classes from './upstreams.module.css';

export type Mapping = NewUpstream['models'][number];
type ListedModel = NonNullable<UpstreamTrial['models']>[number];

export const blankMapping: Mapping = { modelId: '', upstreamModel: '' };

/** Rows beyond these are found by their names, so that a form of hundreds stays quick. */
const shownAtOnce = 40;

interface ModelMappingProps<V extends { models: Mapping[] }> {
  form: UseFormReturnType<V>;
  /** What the server lists; null before it was asked, or when it lists nothing. */
  listed: readonly ListedModel[] | null;
  onFetch: () => void;
  isFetching: boolean;
}

/** Which models are offered, under which public name each. */
export function ModelMapping<V extends { models: Mapping[] }>({
  form,
  listed,
  onFetch,
  isFetching,
}: ModelMappingProps<V>) {
  const t = useTranslations('upstreams');
  const { models } = form.values;
  const chosen = new Set(models.map((one) => one.upstreamModel));

  function choose(changed: readonly ListedModel[], isChosen: boolean) {
    const names = new Set(changed.map((one) => one.upstreamModel));
    const added = changed.filter((one) => !chosen.has(one.upstreamModel)).map(mappingOf);
    const next = isChosen
      ? [...models.filter((one) => one.modelId !== '' || one.upstreamModel !== ''), ...added]
      : models.filter((one) => !names.has(one.upstreamModel));
    form.setFieldValue('models', next as never);
  }

  return (
    <Fieldset legend={t('models')} variant="unstyled" className="plain-fieldset">
      <Stack gap="xs">
        {listed !== null && <ModelPicker models={listed} chosen={chosen} onChange={choose} />}
        <MappingRows form={form} />
        <Group gap="xs">
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<ListChecks size={14} />}
            loading={isFetching}
            onClick={onFetch}
          >
            {t('fetchModels')}
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={14} />}
            onClick={() => form.setFieldValue('models', [...models, blankMapping] as never)}
          >
            {t('addModel')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

function MappingRows<V extends { models: Mapping[] }>({ form }: Pick<ModelMappingProps<V>, 'form'>) {
  const t = useTranslations('upstreams');
  const catalogue = useQuery(modelsQuery).data?.items ?? [];
  const knownId = useId();
  const [search, setSearch] = useState('');
  const { models } = form.values;
  const hasMany = models.length > shownAtOnce;
  const word = search.trim().toLowerCase();
  const isWrong = (index: number) =>
    form.errors[`models.${index}.modelId`] !== undefined ||
    form.errors[`models.${index}.upstreamModel`] !== undefined;
  const found = models
    .map((one, index) => ({ ...one, index }))
    .filter(
      ({ modelId, upstreamModel, index }) =>
        !hasMany || isWrong(index) || `${modelId} ${upstreamModel}`.toLowerCase().includes(word),
    );
  // What is wrong must be seen, wherever it stands.
  const shown = hasMany ? found.filter(({ index }, place) => place < shownAtOnce || isWrong(index)) : found;
  return (
    <>
      <datalist id={knownId}>
        {catalogue.map((model) => (
          <option key={model.id}>{model.id}</option>
        ))}
      </datalist>
      {hasMany && (
        <TextInput
          aria-label={t('searchOffered', { count: models.length })}
          placeholder={t('searchOffered', { count: models.length })}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {shown.map(({ index }) => (
        // Rows have no identity of their own while they are edited; their place is what names them.
        <div key={index} className={classes.mapping}>
          <TextInput
            aria-label={t('modelId')}
            placeholder={t('modelId')}
            spellCheck={false}
            list={knownId}
            {...form.getInputProps(`models.${index}.modelId`)}
          />
          <ArrowRight size={15} aria-hidden="true" className={classes.arrow} />
          <TextInput
            aria-label={t('upstreamModel')}
            placeholder={t('upstreamModel')}
            spellCheck={false}
            {...form.getInputProps(`models.${index}.upstreamModel`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            onClick={() =>
              form.setFieldValue('models', models.filter((_, place) => place !== index) as never)
            }
            aria-label={t('removeModel')}
          >
            <X size={16} />
          </ActionIcon>
        </div>
      ))}
      {shown.length < found.length && (
        <small>{t('moreOffered', { count: found.length - shown.length })}</small>
      )}
    </>
  );
}

function mappingOf({ upstreamModel, kind, contextTokens }: ListedModel): Mapping {
  return {
    modelId: upstreamModel,
    upstreamModel,
    kind,
    ...(contextTokens === null ? {} : { contextTokens }),
  };
}
