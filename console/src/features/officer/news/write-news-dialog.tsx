import { Alert, Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import classes from '../officer.module.css';
import { newsKey } from './news-key.ts';

interface WriteNewsDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

/** News is written in both languages at once: every reader gets it in their own. */
export function WriteNewsDialog({ isOpen, onClose }: WriteNewsDialogProps) {
  const t = useTranslations('officer.news');
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('write')} size="lg">
      {isOpen && <WriteNewsForm onClose={onClose} />}
    </Dialog>
  );
}

function WriteNewsForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('officer.news');
  const common = useTranslations('common');
  const queryClient = useQueryClient();
  const isThere = (value: string) => (value.trim() === '' ? t('missing') : null);
  const form = useForm({
    initialValues: { titleZh: '', bodyZh: '', titleEn: '', bodyEn: '' },
    validate: { titleZh: isThere, bodyZh: isThere, titleEn: isThere, bodyEn: isThere },
  });
  const problem = useFormProblem(form);
  const write = useMutation({
    mutationFn: (body: typeof form.values) => unwrap(api.POST('/api/announcements/news', { body })),
    onSuccess: async () => {
      notifyDone(t('saved'));
      onClose();
      await queryClient.invalidateQueries({ queryKey: newsKey });
    },
    onError: (error) => problem.show(error),
  });
  const submit = form.onSubmit((values) => {
    problem.clear();
    write.mutate(values);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {(
          [
            ['Zh', 'zh-CN'],
            ['En', 'en'],
          ] as const
        ).map(([suffix, lang]) => (
          <fieldset key={suffix} className={classes.fieldset}>
            <legend>{t(`language${suffix}`)}</legend>
            <TextInput
              label={t('newsTitle')}
              lang={lang}
              maxLength={120}
              {...form.getInputProps(`title${suffix}`)}
            />
            <Textarea
              label={t('newsBody')}
              lang={lang}
              maxLength={20_000}
              autosize
              minRows={4}
              maxRows={14}
              {...form.getInputProps(`body${suffix}`)}
            />
          </fieldset>
        ))}
        {problem.message !== undefined && <Alert color="cinnabar">{problem.message}</Alert>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={write.isPending}>
            {t('saveDraft')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
