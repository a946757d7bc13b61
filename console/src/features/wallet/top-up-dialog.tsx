import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { api, unwrap } from '../../shared/api/client.ts';
import { microsToJson, parseYuan } from '../../shared/money.ts';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import classes from './wallet.module.css';

const presetsYuan = ['10', '50', '100', '500'];

export function TopUpDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useTranslations('wallet');
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('topUpTitle')} size="sm">
      <TopUpForm />
    </Dialog>
  );
}

function TopUpForm() {
  const t = useTranslations('wallet');
  const queryClient = useQueryClient();
  // One key per filled-in form: pressing the button twice, or again after a broken line, makes one top-up.
  const idempotencyKey = useRef(crypto.randomUUID());
  const form = useForm({
    initialValues: { amount: '50' },
    validate: { amount: (text) => amountError(text) },
    onValuesChange: () => {
      idempotencyKey.current = crypto.randomUUID();
    },
  });
  const problem = useFormProblem({ ...form, values: { amount: '' } });

  function amountError(text: string): string | null {
    if (text.trim() === '') return t('amountMissing');
    const micros = parseYuan(text);
    if (micros !== undefined) return micros > 0n ? null : t('amountNotPositive');
    return parseYuan(text, 6) === undefined ? t('amountInvalid') : t('amountTooFine');
  }

  const topUp = useMutation({
    mutationFn: (amount: string) =>
      unwrap(
        api.POST('/api/wallet/top-ups', {
          params: { header: { 'idempotency-key': idempotencyKey.current } },
          body: { amountMicros: microsToJson(parseYuan(amount) ?? 0n), channel: 'sandbox' },
        }),
      ),
    onSuccess: ({ redirectUrl }) => {
      void queryClient.invalidateQueries({ queryKey: ['wallet'] });
      window.location.assign(redirectUrl);
    },
    onError: (error) => problem.show(error),
  });
  const submit = form.onSubmit(({ amount }) => {
    problem.clear();
    topUp.mutate(amount);
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <div className={classes.presets} role="group" aria-label={t('presets')}>
          {presetsYuan.map((yuan) => (
            <button
              key={yuan}
              type="button"
              className={classes.preset}
              aria-pressed={form.values.amount === yuan}
              onClick={() => form.setFieldValue('amount', yuan)}
            >
              ¥{yuan}
            </button>
          ))}
        </div>
        <TextInput
          label={t('amount')}
          description={t('amountHint')}
          inputMode="decimal"
          autoComplete="off"
          leftSection="¥"
          data-autofocus
          {...form.getInputProps('amount')}
        />
        <div className={classes.channel}>
          <ShieldCheck size={19} strokeWidth={1.8} aria-hidden="true" />
          <div>
            <p>{t('sandbox')}</p>
            <p>{t('sandboxHint')}</p>
          </div>
        </div>
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert">
            {problem.message}
          </Alert>
        )}
        <Button type="submit" size="md" fullWidth loading={topUp.isPending || topUp.isSuccess}>
          {t('goToCashier')}
        </Button>
      </Stack>
    </form>
  );
}
