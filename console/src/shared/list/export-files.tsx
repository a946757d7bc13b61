import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { fetchText } from '../api/client.ts';
import { asProblem } from '../api/problem.ts';
import { useProblemText } from '../problem-text.ts';
import { saveText } from '../save-text.ts';

const forms = {
  csv: { label: 'exportCsv', type: 'text/csv' },
  jsonl: { label: 'exportJsonl', type: 'application/jsonl' },
} as const;

export interface FilesOfList {
  /** Address of the list; its files are beside it. */
  readonly path: string;
  /** The filters, as the list is asked. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Staff say why; the request carries it in a header, which a plain link cannot. */
  readonly needsReason?: boolean;
}

/** The whole list under its filters, as a file for spreadsheets or for programs. */
export function ExportFiles({ path, query = {}, needsReason = false }: FilesOfList) {
  const t = useTranslations('common');
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  return (['csv', 'jsonl'] as const).map((form) => {
    const url = `${path}.${form}${asked.size === 0 ? '' : `?${asked}`}`;
    if (needsReason) return <SaveButton key={form} form={form} url={url} />;
    return (
      <Button
        key={form}
        component="a"
        href={url}
        download
        variant="default"
        size="xs"
        leftSection={<Download size={15} aria-hidden="true" />}
      >
        {t(forms[form].label)}
      </Button>
    );
  });
}

function SaveButton({ form, url }: { form: keyof typeof forms; url: string }) {
  const t = useTranslations('common');
  const text = useProblemText();
  const { label, type } = forms[form];
  const save = useMutation({
    mutationFn: () => fetchText(url),
    onSuccess: (file) => saveText(nameOf(url), file, type),
  });
  return (
    <Button
      variant="default"
      size="xs"
      loading={save.isPending}
      leftSection={<Download size={15} aria-hidden="true" />}
      title={save.error === null ? undefined : text(asProblem(save.error))}
      color={save.error === null ? undefined : 'cinnabar'}
      onClick={() => save.mutate()}
    >
      {t(label)}
    </Button>
  );
}

/** The last word of the address. */
function nameOf(url: string): string {
  return url.split('?')[0]?.split('/').at(-1) ?? 'list';
}
