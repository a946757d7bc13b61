import { ArrowDownWideNarrow, AudioLines, Binary, Image, MessagesSquare, ShieldCheck } from 'lucide-react';
import type { Model } from '../../shared/api/entities.ts';
import classes from './catalog.module.css';

const icons = {
  chat: MessagesSquare,
  embedding: Binary,
  rerank: ArrowDownWideNarrow,
  moderation: ShieldCheck,
  image: Image,
  speech: AudioLines,
} as const satisfies Record<Model['kind'], unknown>;

/** A sign for what a model does; vendors' logos are theirs. */
export function ModelGlyph({ model }: { model: Pick<Model, 'kind'> }) {
  const Icon = icons[model.kind];
  return (
    <span className={classes.glyph} data-kind={model.kind}>
      <Icon size={20} strokeWidth={1.7} aria-hidden="true" />
    </span>
  );
}
