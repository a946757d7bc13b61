import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, MessagesSquare, SearchX, Tags } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import { useCanChat } from '../../shared/api/capabilities.ts';
import type { MeterPrice, Model } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { formatYuan, priceOfUnits } from '../../shared/money.ts';
import { CodeBlock } from '../../shared/ui/code-block.tsx';
import { CopyIcon } from '../../shared/ui/copy.tsx';
import { Page, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { linkTo } from '../../shared/ui/rich.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import classes from './catalog.module.css';
import { modelsQuery } from './catalog-queries.ts';
import { codeSamples } from './code-samples.ts';
import { NonsenseAlert } from './nonsense.tsx';
import { pricesOf } from './price-pair.tsx';
import { unitsShown, useMeters } from './use-meters.ts';
import { usePerUnits } from './use-per-units.ts';
import { hasContext } from './has-context.ts';
import { useTagText } from './use-tag-text.ts';

export function ModelPage() {
  const t = useTranslations('catalog');
  const { modelId } = useParams({ strict: false });
  const models = useQuery(modelsQuery);
  return (
    <>
      <Link to="/models" className={classes.backLink}>
        <ArrowLeft size={15} aria-hidden="true" />
        {t('title')}
      </Link>
      <QueryView query={models}>
        {({ items }) => {
          const model = items.find((one) => one.id === modelId);
          return model === undefined ? (
            <EmptyState isPage icon={SearchX} title={t('missing')}>
              {t('missingHint')}
            </EmptyState>
          ) : (
            <ModelDetails model={model} />
          );
        }}
      </QueryView>
    </>
  );
}

function ModelDetails({ model }: { model: Model }) {
  const t = useTranslations('catalog');
  const { textLanguage } = useLanguage();
  const tagText = useTagText();
  const canChat = useCanChat();
  const { meters } = useMeters();
  return (
    <Page
      title={model.displayName[textLanguage]}
      description={model.description[textLanguage]}
      actions={
        model.isOffered ? (
          model.kind === 'chat' &&
          canChat && (
            <LinkButton
              to="/playground"
              search={{ model: model.id }}
              leftSection={<MessagesSquare size={16} />}
            >
              {t('tryIt')}
            </LinkButton>
          )
        ) : (
          <LinkButton to="/operator/prices" search={{ pricing: model.id }} leftSection={<Tags size={16} />}>
            {t('setPrice')}
          </LinkButton>
        )
      }
    >
      {model.isNonsense && <NonsenseAlert />}
      <Panel>
        <dl className={classes.facts}>
          {!model.isOffered ? (
            <div>
              <dt>{t('price')}</dt>
              <dd>{t('unpriced')}</dd>
            </div>
          ) : (
            pricesOf(model, meters).map((price) => <PriceFact key={price.meter} price={price} />)
          )}
          <div>
            <dt>{t('modelName')}</dt>
            <dd className={classes.modelId}>
              <span className="mono">{model.id}</span>
              <CopyIcon value={model.id} />
            </dd>
          </div>
          {model.provider !== '' && (
            <div>
              <dt>{t('provider')}</dt>
              <dd>{model.provider}</dd>
            </div>
          )}
          {hasContext(model) && (
            <div>
              <dt>{t('contextLength')}</dt>
              <dd className="numeric">{model.contextTokens.toLocaleString('en-US')}</dd>
            </div>
          )}
          <div>
            <dt>{t('kind')}</dt>
            <dd>
              <Badge color="gray">{t(`kinds.${model.kind}`)}</Badge>{' '}
              {model.tags.map((tag) => (
                <Badge key={tag} variant="default" mr={4}>
                  {tagText(tag)}
                </Badge>
              ))}
            </dd>
          </div>
        </dl>
      </Panel>
      {model.isOffered && (
        <Panel title={t('callTitle')} description={t.rich('callHint', { link: linkTo('/keys') })}>
          <CodeBlock label={t('callTitle')} samples={codeSamples(model, window.location.origin)} />
        </Panel>
      )}
    </Page>
  );
}

function PriceFact({ price }: { price: MeterPrice }) {
  const { meters, wordOf } = useMeters();
  const perUnits = usePerUnits();
  const unit = meters.find(({ name }) => name === price.meter)?.unit;
  const units = unitsShown(unit);
  return (
    <div>
      <dt>
        {wordOf(price.meter)} {unit !== undefined && perUnits(units, unit)}
      </dt>
      <dd className={`numeric ${classes.figure ?? ''}`}>{formatYuan(priceOfUnits(price, units))}</dd>
    </div>
  );
}
