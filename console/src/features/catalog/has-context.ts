import type { Model } from '../../shared/api/entities.ts';

/** Whether a length in tokens says anything of a model: those that draw and speak are not counted by it. */
export function hasContext({ kind }: Pick<Model, 'kind'>): boolean {
  return kind !== 'image' && kind !== 'speech';
}
