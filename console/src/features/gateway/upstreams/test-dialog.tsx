import { Alert, Button, Group, Select, Stack } from '@mantine/core';
import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Upstream } from '../../../shared/api/entities.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { TrialView } from './trial-view.tsx';
import { useTestUpstream } from './upstream-queries.ts';

/** Tries a server that is there, with its stored key and one of its models. */
export function TestDialog({ upstream, onClose }: { upstream: Upstream | undefined; onClose: () => void }) {
  const t = useTranslations('upstreams.test');
  return (
    <Dialog
      opened={upstream !== undefined}
      onClose={onClose}
      title={t('title', { name: upstream?.name ?? '' })}
    >
      {upstream !== undefined && <TestForm key={upstream.id} upstream={upstream} />}
    </Dialog>
  );
}

function TestForm({ upstream }: { upstream: Upstream }) {
  const t = useTranslations('upstreams.test');
  const text = useProblemText();
  const test = useTestUpstream();
  const names = [...new Set(upstream.models.map((one) => one.upstreamModel))];
  const [model, setModel] = useState<string | null>(names[0] ?? null);
  return (
    <Stack gap="md">
      {names.length > 0 && (
        <Select
          label={t('model')}
          description={t('modelHint')}
          data={names}
          value={model}
          onChange={setModel}
          searchable={names.length > 8}
          clearable
        />
      )}
      {test.data !== undefined && !test.isPending && <TrialView trial={test.data} />}
      {test.error !== null && (
        <Alert color="cinnabar" role="alert">
          {text(asProblem(test.error))}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button
          leftSection={<PlugZap size={16} />}
          loading={test.isPending}
          onClick={() =>
            test.mutate({
              upstreamId: upstream.id,
              baseUrl: upstream.baseUrl,
              ...(model === null ? {} : { upstreamModel: model }),
            })
          }
        >
          {t('run')}
        </Button>
      </Group>
    </Stack>
  );
}
