import { Alert, Button, Fieldset, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { labelOf, TenantSelect, useTenant } from '../identity/parts.ts';
import { api, unwrap } from '../../shared/api/client.ts';
import { formatYuan, microsToJson, parseYuan } from '../../shared/money.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Panel } from '../../shared/ui/page.tsx';
import { useFormProblem } from '../../shared/use-form-problem.ts';

const doneText: Readonly<Record<string, 'entered' | 'credited'>> = {
  waiting: 'entered',
  credited: 'credited',
};

const blank = {
  amount: '',
  serialNumber: '',
  message: '',
  paymentSource: { accountName: '', bankAccount: '', bankName: '' },
};

export function BankTransferForm() {
  const t = useTranslations('wallet.operator');
  const wallet = useTranslations('wallet');
  const common = useTranslations('common');
  const search = useSearch({ strict: false });
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const required = (value: string) => (value.trim() === '' ? t('required') : null);
  const form = useForm({
    initialValues: { tenantId: search.tenant ?? '', ...blank },
    validate: {
      tenantId: (value) => (value === '' ? t('tenantMissing') : null),
      amount: (value) => ((parseYuan(value) ?? 0n) > 0n ? null : wallet('amountInvalid')),
      serialNumber: required,
      paymentSource: { accountName: required, bankAccount: required, bankName: required },
    },
  });
  const problem = useFormProblem(form);
  const tenant = useTenant(form.values.tenantId);
  const amountMicros = parseYuan(form.values.amount) ?? 0n;
  const credit = useMutation({
    mutationFn: async ({ tenantId, serialNumber, message, paymentSource }: typeof form.values) => {
      const answer = api.POST('/api/wallet/bank-transfers', {
        body: {
          tenantId,
          amountMicros: microsToJson(amountMicros),
          serialNumber: serialNumber.trim(),
          message: message.trim() === '' ? undefined : message.trim(),
          paymentSource,
        },
      });
      const body = await unwrap(answer);
      return { body, isKnown: (await answer).response.status === 200 };
    },
    onSuccess: ({ body, isKnown }) => {
      notifyDone(
        isKnown && 'creditedBy' in body
          ? t('known', { status: t(`statuses.${body.status}`) })
          : t(doneText[body.status] ?? 'suspended', { amount: formatYuan(amountMicros) }),
      );
      form.setValues(blank);
      form.resetDirty();
      void queryClient.invalidateQueries({ queryKey: ['wallet'] });
    },
    onError: (error) => problem.show(error),
    onSettled: () => setAsking(false),
  });
  const ask = form.onSubmit(() => {
    problem.clear();
    setAsking(true);
  });

  return (
    <Panel title={t('formTitle')}>
      <form onSubmit={ask} noValidate>
        <Stack gap="md">
          <TenantSelect
            label={t('tenant')}
            placeholder={t('tenantHint')}
            nothingFoundMessage={t('noTenant')}
            value={form.values.tenantId}
            error={form.errors.tenantId}
            onPick={(tenantId) => form.setFieldValue('tenantId', tenantId)}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label={t('amount')}
              inputMode="decimal"
              leftSection="¥"
              autoComplete="off"
              {...form.getInputProps('amount')}
            />
            <TextInput
              label={t('serialNumber')}
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('serialNumber')}
            />
          </SimpleGrid>
          <TextInput
            label={t('message')}
            description={common('optional')}
            autoComplete="off"
            {...form.getInputProps('message')}
          />
          <Fieldset legend={t('payer')} variant="unstyled" className="plain-fieldset">
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput
                label={t('accountName')}
                autoComplete="off"
                {...form.getInputProps('paymentSource.accountName')}
              />
              <TextInput
                label={t('bankName')}
                autoComplete="off"
                {...form.getInputProps('paymentSource.bankName')}
              />
            </SimpleGrid>
            <TextInput
              mt="sm"
              label={t('bankAccount')}
              inputMode="numeric"
              autoComplete="off"
              {...form.getInputProps('paymentSource.bankAccount')}
            />
          </Fieldset>
          {problem.message !== undefined && (
            <Alert color="cinnabar" role="alert">
              {problem.message}
            </Alert>
          )}
          <Group>
            <Button type="submit">{t('submit')}</Button>
          </Group>
        </Stack>
      </form>
      <Dialog opened={isAsking} onClose={() => setAsking(false)} title={t('confirmTitle')}>
        <p style={{ marginTop: 0 }}>
          {t('confirmText', {
            tenant: tenant === undefined ? form.values.tenantId : labelOf(tenant),
            amount: formatYuan(amountMicros),
            serial: form.values.serialNumber,
          })}
        </p>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsking(false)}>
            {common('cancel')}
          </Button>
          <Button loading={credit.isPending} onClick={() => credit.mutate(form.values)}>
            {t('submit')}
          </Button>
        </Group>
      </Dialog>
    </Panel>
  );
}
