import { FormEnd } from '../../../shared/ui/form-end.tsx';
import { Button, Checkbox, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlugZap } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import type { Upstream } from '../../../shared/api/entities.ts';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { SecretInput } from '../../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { HeaderFields, headersOf, headerValues } from './header-fields.tsx';
import { blankMapping, type Mapping, ModelMapping } from './model-mapping.tsx';
import { OperatorFields, operatorOf, operatorValues } from './operator-fields.tsx';
import { TrialView } from './trial-view.tsx';
import { useSaveUpstream, useTestUpstream } from './upstream-queries.ts';
import classes from './upstreams.module.css';

interface UpstreamDialogProps {
  upstream: Upstream | 'new' | undefined;
  onClose: () => void;
}

export function UpstreamDialog({ upstream, onClose }: UpstreamDialogProps) {
  const t = useTranslations('upstreams');
  return (
    <Dialog
      opened={upstream !== undefined}
      onClose={onClose}
      title={upstream === 'new' ? t('add') : t('editTitle')}
      size="lg"
    >
      {upstream !== undefined && (
        <UpstreamForm upstream={upstream === 'new' ? undefined : upstream} onClose={onClose} />
      )}
    </Dialog>
  );
}

const protocolNames = ['chat', 'messages', 'responses'] as const;

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function UpstreamForm({ upstream, onClose }: { upstream: Upstream | undefined; onClose: () => void }) {
  const t = useTranslations('upstreams');
  const common = useTranslations('common');
  const save = useSaveUpstream(upstream?.id);
  const required = (value: string) => (value.trim() === '' ? t('required') : null);
  const offered: Mapping[] = upstream?.models ?? [blankMapping];
  const form = useForm({
    initialValues: {
      name: upstream?.name ?? '',
      baseUrl: upstream?.baseUrl ?? '',
      apiKey: '',
      models: offered,
      enabled: upstream?.enabled ?? true,
      continuousUsage: upstream?.continuousUsage ?? false,
      protocols: upstream?.protocols ?? ['chat' as const],
      headers: headerValues(upstream?.headers ?? []),
      doesAbort: upstream?.whenClientLeaves === 'abort',
      ...operatorValues(upstream?.operator ?? null),
    },
    validate: {
      name: required,
      baseUrl: (value) => (isUrl(value) ? null : t('urlInvalid')),
      models: { modelId: required, upstreamModel: required },
      protocols: (value) => (value.length > 0 ? null : t('required')),
      headers: {
        name: required,
        value: (value, { headers }, path) => {
          const { isSecret, isStored } = headers[Number(path.split('.')[1])] ?? {};
          return isSecret === true && isStored === true ? null : required(value);
        },
      },
      operator: {
        name: (value, { isOutside }) => (isOutside ? required(value) : null),
        contact: (value, { isOutside }) => (isOutside ? required(value) : null),
        contract: (value, { isOutside }) => (isOutside ? required(value) : null),
        region: (value, { isOutside }) =>
          isOutside && !/^[A-Z]{2}$/.test(value) ? t('operator.regionInvalid') : null,
        mechanism: (value, { isOutside, operator: { region } }) =>
          isOutside && region !== 'CN' && value === null ? t('required') : null,
        trains: (value, { isOutside }) => (isOutside && value ? t('operator.mustNotTrain') : null),
      },
    },
  });
  const problem = useFormProblem(form);
  const test = useTestUpstream();
  // What was learned of another address or with another key says nothing of this one.
  const isSame =
    test.variables?.baseUrl === form.values.baseUrl && (test.variables.apiKey ?? '') === form.values.apiKey;
  const trial = isSame ? test.data : undefined;
  const isFetching = test.variables?.upstreamModel === undefined;
  const hasOtherProtocols =
    trial !== undefined &&
    trial.protocols.length > 0 &&
    [...trial.protocols].sort().join() !== [...form.values.protocols].sort().join();
  function run(upstreamModel: string | undefined) {
    problem.clear();
    const isWrong = form.validateField('baseUrl').hasError;
    if (isWrong) return;
    const { baseUrl, apiKey, headers } = form.values;
    const key = apiKey === '' ? {} : { apiKey };
    const existing = upstream === undefined ? {} : { upstreamId: upstream.id };
    const model = upstreamModel === undefined ? {} : { upstreamModel };
    test.mutate(
      { baseUrl, headers: headersOf(headers), ...key, ...existing, ...model },
      { onError: (error) => problem.show(error) },
    );
  }
  const submit = form.onSubmit(({ apiKey, doesAbort, isOutside, operator, headers, ...values }) => {
    problem.clear();
    const body = {
      ...values,
      operator: operatorOf({ isOutside, operator }),
      headers: headersOf(headers),
      whenClientLeaves: doesAbort ? ('abort' as const) : ('drain' as const),
    };
    save.mutate(apiKey === '' ? body : { ...body, apiKey }, {
      onSuccess: () => {
        notifyDone(common('saved'));
        onClose();
      },
      onError: (error) => problem.show(error),
    });
  });

  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap="md">
        <TextInput label={t('name')} data-autofocus {...form.getInputProps('name')} />
        <TextInput
          label={t('baseUrl')}
          description={t('baseUrlHint')}
          placeholder="http://10.0.0.12:8000/v1"
          spellCheck={false}
          {...form.getInputProps('baseUrl')}
        />
        <SecretInput
          label={t('apiKey')}
          description={upstream?.hasApiKey === true ? t('apiKeyKeep') : t('apiKeyHint')}
          autoComplete="new-password"
          {...form.getInputProps('apiKey')}
        />
        <Group gap="sm" align="center">
          <Button
            variant="default"
            leftSection={<PlugZap size={16} />}
            loading={test.isPending && !isFetching}
            onClick={() => run(form.values.models.find((one) => one.upstreamModel !== '')?.upstreamModel)}
          >
            {t('test.action')}
          </Button>
          <small className={classes.hint}>{t('test.hint')}</small>
        </Group>
        {trial !== undefined && !test.isPending && (
          <>
            <TrialView trial={trial} />
            {hasOtherProtocols && (
              <Group>
                <Button
                  variant="light"
                  size="compact-sm"
                  onClick={() => form.setFieldValue('protocols', [...trial.protocols])}
                >
                  {t('test.takeProtocols')}
                </Button>
              </Group>
            )}
          </>
        )}
        <ModelMapping
          form={form}
          listed={test.isPending ? null : (trial?.models ?? null)}
          isFetching={test.isPending && isFetching}
          onFetch={() => run(undefined)}
        />
        <Checkbox.Group
          label={t('protocols')}
          description={t('protocolsHint')}
          {...form.getInputProps('protocols')}
        >
          <Group mt="xs">
            {protocolNames.map((name) => (
              <Checkbox key={name} value={name} label={t(`protocolNames.${name}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <HeaderFields form={form} />
        <OperatorFields form={form} />
        <Switch
          label={t('continuousUsage')}
          description={t('continuousUsageHint')}
          {...form.getInputProps('continuousUsage', { type: 'checkbox' })}
        />
        <Switch
          label={t('doesAbort')}
          description={t('doesAbortHint')}
          {...form.getInputProps('doesAbort', { type: 'checkbox' })}
        />
        <Switch label={t('enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <FormEnd problem={problem.message} isSaving={save.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
