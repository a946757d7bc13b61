import type { Upstream } from '../../../shared/api/entities.ts';

export type UpstreamModel = Upstream['models'][number];

/** `12.5 %`, from hundredths of a percent, zero or more. */
export function percentOf(basisPoints: number): string {
  const fraction = String(basisPoints % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${Math.trunc(basisPoints / 100)}${fraction === '' ? '' : `.${fraction}`} %`;
}

/** The worst margin of a model's meters; undefined where none is known. */
export function worstMargin({ margins }: UpstreamModel): number | undefined {
  const known = margins.flatMap(({ marginBasisPoints }) =>
    marginBasisPoints === null ? [] : [marginBasisPoints],
  );
  return known.length === 0 ? undefined : Math.min(...known);
}
