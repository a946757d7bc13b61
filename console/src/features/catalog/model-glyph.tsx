import { Binary, MessagesSquare } from 'lucide-react';
import type { Model } from '../../shared/api/entities.ts';
import classes from './catalog.module.css';

/** A sign for what a model does; vendors' logos are theirs. */
export function ModelGlyph({ model }: { model: Pick<Model, 'kind'> }) {
  const Icon = model.kind === 'chat' ? MessagesSquare : Binary;
  return (
    <span className={classes.glyph} data-kind={model.kind}>
      <Icon size={20} strokeWidth={1.7} aria-hidden="true" />
    </span>
  );
}
