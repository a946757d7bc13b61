import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { useCapabilities } from '../../shared/api/capabilities.ts';
import { api, unwrap } from '../../shared/api/client.ts';
import { formatYuan, microsToJson, parseYuan } from '../../shared/money.ts';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import { CopyIcon } from '../../shared/ui/copy.tsx';
import { channelKey } from './top-ups-panel.tsx';
import classes from './wallet.module.css';

const presetsYuan = ['10', '50', '100', '500'];

export function TopUpDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useTranslations('wallet');
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('topUpTitle')} size="sm">
      <WaysToPay />
    </Dialog>
  );
}

/** Only ways that exist: the channels, and the bank account when the operator has said which. */
function WaysToPay() {
  const t = useTranslations('wallet');
  const members = useCapabilities()?.forMembers;
  if (members === undefined || members === null) return null;
  const { topUp, bankAccount } = members;
  const [channel] = topUp.channels;
  return (
    <Stack gap="lg">
      {channel !== undefined && <TopUpForm channel={channel} limits={topUp} />}
      {bankAccount !== null && (
        <section>
          <h3 style={{ marginTop: 0 }}>{t('byBank')}</h3>
          <p>{t('byBankHint')}</p>
          <dl className={classes.bankAccount}>
            <dt>{t('operator.accountName')}</dt>
            <dd>{bankAccount.accountName}</dd>
            <dt>{t('operator.bankName')}</dt>
            <dd>{bankAccount.bankName}</dd>
            <dt>{t('operator.bankAccount')}</dt>
            <dd>
              {bankAccount.accountNumber} <CopyIcon value={bankAccount.accountNumber} />
            </dd>
          </dl>
        </section>
      )}
      {channel === undefined && bankAccount === null && <p>{t('noWayToPay')}</p>}
    </Stack>
  );
}

interface TopUpFormProps {
  channel: string;
  limits: { minMicros: number; maxMicros: number };
}

function TopUpForm({ channel, limits }: TopUpFormProps) {
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

  const range = { min: formatYuan(limits.minMicros), max: formatYuan(limits.maxMicros) };
  function amountError(text: string): string | null {
    if (text.trim() === '') return t('amountMissing');
    const micros = parseYuan(text);
    if (micros !== undefined && micros > 0n) {
      const isWithin = micros >= BigInt(limits.minMicros) && micros <= BigInt(limits.maxMicros);
      return isWithin ? null : t('amountRange', range);
    }
    if (micros !== undefined) return t('amountNotPositive');
    return parseYuan(text, 6) === undefined ? t('amountInvalid') : t('amountTooFine');
  }

  const topUp = useMutation({
    mutationFn: (amount: string) =>
      unwrap(
        api.POST('/api/wallet/top-ups', {
          params: { header: { 'idempotency-key': idempotencyKey.current } },
          body: { amountMicros: microsToJson(parseYuan(amount) ?? 0n), channel },
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
          description={t('amountRange', range)}
          inputMode="decimal"
          autoComplete="off"
          leftSection="¥"
          data-autofocus
          {...form.getInputProps('amount')}
        />
        <div className={classes.channel}>
          <ShieldCheck size={19} strokeWidth={1.8} aria-hidden="true" />
          <div>
            <p>{t(`channels.${channelKey(channel)}`)}</p>
            {channel === 'sandbox' && <p>{t('sandboxHint')}</p>}
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
