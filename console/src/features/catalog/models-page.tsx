import { Badge, NativeSelect, Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Search, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Model } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import classes from './catalog.module.css';
import { modelsQuery } from './catalog-queries.ts';
import { ModelGlyph } from './model-glyph.tsx';
import { NonsenseBadge } from './nonsense.tsx';
import { hasContext } from './has-context.ts';
import { useTagText } from './use-tag-text.ts';
import { PricePair } from './price-pair.tsx';

type KindFilter = 'all' | Model['kind'];

function matches(model: Model, kind: KindFilter, words: string): boolean {
  if (kind !== 'all' && model.kind !== kind) return false;
  const haystack = [
    model.id,
    model.provider,
    model.displayName.zh,
    model.displayName.en,
    model.description.zh,
    model.description.en,
    ...model.tags,
  ];
  const text = haystack.join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function ModelsPage() {
  const t = useTranslations('catalog');
  const models = useQuery(modelsQuery);
  const [words, setWords] = useState('');
  const [kind, setKind] = useState<KindFilter>('all');
  const kinds = [...new Set(models.data?.items.map((model) => model.kind))];

  return (
    <Page title={t('title')} description={t('description')}>
      <div className={classes.tools}>
        <TextInput
          className={classes.search}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<Search size={16} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label={t('kind')}
          value={kind}
          // Guarantee: the options have no other values.
          onChange={(event) => setKind(event.currentTarget.value as KindFilter)}
          data={[
            { value: 'all', label: t('allKinds') },
            ...kinds.map((one) => ({ value: one, label: t(`kinds.${one}`) })),
          ]}
        />
      </div>
      <QueryView query={models} skeleton={<CardSkeletons />}>
        {({ items }) => {
          const shown = items.filter((model) => matches(model, kind, words.trim()));
          if (shown.length === 0) {
            return (
              <EmptyState icon={SearchX} title={items.length === 0 ? t('empty') : t('noMatch')}>
                {items.length === 0 ? t('emptyHint') : t('noMatchHint')}
              </EmptyState>
            );
          }
          return (
            <ul className={classes.cards}>
              {shown.map((model) => (
                <li key={model.id}>
                  <ModelCard model={model} />
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </Page>
  );
}

function ModelCard({ model }: { model: Model }) {
  const t = useTranslations('catalog');
  const tagText = useTagText();
  const { textLanguage } = useLanguage();
  return (
    <article className={classes.card}>
      <div className={classes.cardHead}>
        <ModelGlyph model={model} />
        <div>
          <h2 className={classes.cardTitle}>
            <Link to="/models/$modelId" params={{ modelId: model.id }} className={classes.cardLink}>
              {model.displayName[textLanguage]}
            </Link>
          </h2>
          {model.provider !== '' && <p className={classes.provider}>{model.provider}</p>}
        </div>
      </div>
      <p className={classes.cardText}>{model.description[textLanguage]}</p>
      <div className={classes.badges}>
        <Badge color="gray">{t(`kinds.${model.kind}`)}</Badge>
        {hasContext(model) && (
          <Badge color="gray">{t('context', { tokens: model.contextTokens.toLocaleString('en-US') })}</Badge>
        )}
        {model.tags.map((tag) => (
          <Badge key={tag} variant="default">
            {tagText(tag)}
          </Badge>
        ))}
        {model.isNonsense && <NonsenseBadge />}
      </div>
      <PricePair model={model} />
    </article>
  );
}

function CardSkeletons() {
  return (
    <div className={classes.cards}>
      {[0, 1, 2].map((card) => (
        <Skeleton key={card} height={224} radius="lg" />
      ))}
    </div>
  );
}
