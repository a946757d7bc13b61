import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';

/** As the server makes them. */
const requestId = /^req_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

interface RequestSearchProps {
  value: string | undefined;
  onSearch: (requestId: string | undefined) => void;
}

/** Takes the id that an answer carries; it is looked for once it is whole. */
export function RequestSearch({ value, onSearch }: RequestSearchProps) {
  const t = useTranslations('requests');
  const [typed, setTyped] = useState(value ?? '');
  const [isWrong, setWrong] = useState(false);
  function search(text: string) {
    setTyped(text);
    const id = text.trim();
    const isWhole = requestId.test(id);
    setWrong(false);
    if (isWhole) onSearch(id);
    else if (value !== undefined) onSearch(undefined);
  }
  return (
    <TextInput
      label={t('search')}
      placeholder="req_…"
      size="xs"
      w={290}
      maw="100%"
      leftSection={<Search size={14} />}
      autoComplete="off"
      spellCheck={false}
      value={typed}
      error={isWrong ? t('searchWrong') : undefined}
      onChange={(event) => search(event.currentTarget.value)}
      onBlur={() => setWrong(typed.trim() !== '' && !requestId.test(typed.trim()))}
    />
  );
}
