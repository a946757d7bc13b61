import { Alert, Button, SimpleGrid } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, done } from '../../../shared/api/client.ts';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import { SecretInput } from '../../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { StepUpFields, type Proof, useStepUp } from '../../privacy/parts.ts';
import { usePasswordRule } from '../password-rule.ts';
import { meQuery, useMe } from '../../../shared/api/session.ts';

export function PasswordPanel() {
  const t = useTranslations('settings');
  const identity = useTranslations('identity');
  const passwordRule = usePasswordRule();
  const { user } = useMe();
  const form = useForm({
    initialValues: { newPassword: '' },
    validate: {
      newPassword: (value) => passwordRule.check(value, [user.username, user.email ?? '']),
    },
  });
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const problem = useFormProblem(form);
  const change = useMutation({
    mutationFn: (body: { newPassword: string; proof: Proof }) =>
      done(api.POST('/api/identity/me/password', { body })),
    onSuccess: () => {
      form.reset();
      stepUp.change('');
      notifyDone(t('passwordChanged'));
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    },
    onError: (error) => {
      if (!stepUp.takesProblem(error)) problem.show(error);
    },
  });
  const submit = form.onSubmit(({ newPassword }) => {
    problem.clear();
    const proof = stepUp.findProof();
    if (proof !== undefined) change.mutate({ newPassword, proof });
  });

  return (
    <Panel title={t('password')} description={t('passwordHint')}>
      <form onSubmit={submit} noValidate>
        <input type="text" name="username" autoComplete="username" value={user.username} readOnly hidden />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <StepUpFields stepUp={stepUp} />
          <SecretInput
            label={identity('newPassword')}
            description={passwordRule.hint}
            autoComplete="new-password"
            {...form.getInputProps('newPassword')}
          />
        </SimpleGrid>
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert" mt="md">
            {problem.message}
          </Alert>
        )}
        <Button
          type="submit"
          mt="lg"
          variant="default"
          loading={change.isPending}
          disabled={form.values.newPassword === ''}
        >
          {t('changePassword')}
        </Button>
      </form>
    </Panel>
  );
}
