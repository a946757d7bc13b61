import { ActionIcon, Tooltip } from '@mantine/core';
import { RotateCw, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, type UIEvent } from 'react';
import { useTranslations } from 'use-intl';
import { useCanPay } from '../../../shared/api/capabilities.ts';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import type { Model } from '../../../shared/api/entities.ts';
import { formatYuan, priceMicros } from '../../../shared/money.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { CopyIcon } from '../../../shared/ui/copy.tsx';
import { Mark } from '../../../shared/ui/wordmark.tsx';
import type { Answer, Turn } from './conversation.ts';
import classes from './playground.module.css';

interface TurnListProps {
  turns: readonly Turn[];
  models: readonly Model[];
  onExample: (text: string) => void;
  onRegenerate: (() => void) | undefined;
}

export function TurnList({ turns, models, onExample, onRegenerate }: TurnListProps) {
  const content = useRef<HTMLDivElement>(null);
  const isPinned = useRef(true);
  const isEmpty = turns.length === 0;

  // Follows the answer down as it grows, unless the reader has scrolled up to read.
  useEffect(() => {
    const element = content.current;
    const scroller = element?.parentElement;
    if (isEmpty || element === null || scroller === null || scroller === undefined) return undefined;
    const observer = new ResizeObserver(() => {
      if (isPinned.current) scroller.scrollTop = scroller.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isEmpty]);

  function onScroll({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent) {
    isPinned.current = scrollHeight - scrollTop - clientHeight < 60;
  }

  if (isEmpty) return <Welcome onExample={onExample} />;
  return (
    <div className={classes.scroller} onScroll={onScroll} role="log" aria-live="off" tabIndex={0}>
      <div className={classes.turns} ref={content}>
        {turns.map((turn, index) =>
          turn.kind === 'question' ? (
            <div key={turn.id} className={classes.question}>
              {turn.text}
            </div>
          ) : (
            <AnswerView
              key={turn.id}
              answer={turn}
              model={models.find((model) => model.id === turn.modelId)}
              onRegenerate={index === turns.length - 1 ? onRegenerate : undefined}
            />
          ),
        )}
      </div>
    </div>
  );
}

function Welcome({ onExample }: { onExample: (text: string) => void }) {
  const t = useTranslations('playground');
  return (
    <div className={classes.welcome}>
      <Mark size={40} />
      <p>{t('welcome')}</p>
      <div className={classes.examples}>
        {(['example1', 'example2', 'example3'] as const).map((example) => (
          <button
            key={example}
            type="button"
            className={classes.example}
            onClick={() => onExample(t(example))}
          >
            {t(example)}
          </button>
        ))}
      </div>
    </div>
  );
}

interface AnswerViewProps {
  answer: Answer;
  model: Model | undefined;
  onRegenerate: (() => void) | undefined;
}

function AnswerView({ answer, model, onRegenerate }: AnswerViewProps) {
  const t = useTranslations('playground');
  const text = useProblemText();
  const canPay = useCanPay();
  return (
    <article className={classes.answer} aria-busy={answer.state === 'streaming'}>
      {answer.text !== '' && <div className={classes.answerText}>{answer.text}</div>}
      {answer.state === 'streaming' && (
        <span className={classes.caret} role="status" aria-label={t('answering')} />
      )}
      {answer.problem !== undefined && (
        <div className={classes.failure} role="alert">
          <TriangleAlert size={16} aria-hidden="true" />
          <span>{text(answer.problem)}</span>
          {answer.problem.status === 402 && canPay && (
            <LinkButton to="/wallet" search={{ open: 'top-up' }} size="compact-sm" variant="light">
              {t('topUp')}
            </LinkButton>
          )}
        </div>
      )}
      {answer.state !== 'streaming' && (
        <div className={classes.answerFoot}>
          <span className="numeric">
            <AnswerFacts answer={answer} model={model} />
          </span>
          <span className={classes.answerActions}>
            {answer.text !== '' && <CopyIcon value={answer.text} />}
            {onRegenerate !== undefined && (
              <Tooltip label={t('regenerate')}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  onClick={onRegenerate}
                  aria-label={t('regenerate')}
                >
                  <RotateCw size={14} />
                </ActionIcon>
              </Tooltip>
            )}
          </span>
        </div>
      )}
    </article>
  );
}

/** Tokens, price and time of one answer. */
function AnswerFacts({ answer, model }: { answer: Answer; model: Model | undefined }) {
  const t = useTranslations('playground');
  const seconds = ((answer.durationMs ?? 0) / 1000).toFixed(1);
  if (answer.usage === undefined)
    return answer.state === 'stopped' ? t('stoppedFacts', { seconds }) : t('seconds', { seconds });
  const { inputTokens, outputTokens } = answer.usage;
  // A price that tells kinds of input or output apart needs more than the two totals: then the page "Usage" knows.
  const quantities = { 'gateway.input-tokens': inputTokens, 'gateway.output-tokens': outputTokens };
  const lines = (model?.price?.prices ?? []).flatMap((price) =>
    isOneOf(quantities, price.meter) ? [{ quantity: quantities[price.meter], price }] : [],
  );
  const cost = lines.length === 2 && model?.price?.prices.length === 2 ? priceMicros(lines) : undefined;
  return [
    t('tokens', { input: inputTokens, output: outputTokens }),
    cost === undefined ? undefined : formatYuan(cost),
    t('seconds', { seconds }),
  ]
    .filter((fact) => fact !== undefined)
    .join(' · ');
}

function isOneOf<Known extends object>(known: Known, name: string): name is keyof Known & string {
  return Object.hasOwn(known, name);
}
