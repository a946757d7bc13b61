import { Checkbox, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { UpstreamTrial } from '../../../shared/api/entities.ts';
import classes from './upstreams.module.css';

type ListedModel = NonNullable<UpstreamTrial['models']>[number];

interface ModelPickerProps {
  models: readonly ListedModel[];
  /** Names at the upstream of those that are offered. */
  chosen: ReadonlySet<string>;
  onChange: (models: readonly ListedModel[], isChosen: boolean) => void;
}

/** More at once help no reader; the search finds the others. */
const shownAtOnce = 100;

/** The models a server lists, to be ticked. */
export function ModelPicker({ models, chosen, onChange }: ModelPickerProps) {
  const t = useTranslations('upstreams.picker');
  const kinds = useTranslations('catalog.kinds');
  const [search, setSearch] = useState('');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models.filter(({ upstreamModel }) =>
    words.every((word) => upstreamModel.toLowerCase().includes(word)),
  );
  const chosenOfFound = found.filter(({ upstreamModel }) => chosen.has(upstreamModel)).length;
  return (
    <div className={classes.picker}>
      <TextInput
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<Search size={15} aria-hidden="true" />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter would save the form around the list.
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      <Checkbox
        size="sm"
        label={t('all', { count: found.length })}
        checked={found.length > 0 && chosenOfFound === found.length}
        indeterminate={chosenOfFound > 0 && chosenOfFound < found.length}
        disabled={found.length === 0}
        onChange={(event) => onChange(found, event.currentTarget.checked)}
      />
      <ul className={classes.pickerList} aria-label={t('list')} tabIndex={0}>
        {found.slice(0, shownAtOnce).map((model) => (
          <li key={model.upstreamModel}>
            <Checkbox
              size="sm"
              label={<span className="mono">{model.upstreamModel}</span>}
              description={
                model.contextTokens === null
                  ? kinds(model.kind)
                  : t('facts', {
                      kind: kinds(model.kind),
                      tokens: model.contextTokens.toLocaleString('en-US'),
                    })
              }
              checked={chosen.has(model.upstreamModel)}
              onChange={(event) => onChange([model], event.currentTarget.checked)}
            />
          </li>
        ))}
      </ul>
      {found.length === 0 && <small>{t('none')}</small>}
      {found.length > shownAtOnce && <small>{t('more', { count: found.length - shownAtOnce })}</small>}
    </div>
  );
}
