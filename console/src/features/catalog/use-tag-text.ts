import { useTranslations } from 'use-intl';

const knownTags = ['text', 'embedding', 'local'] as const;

/** The word for a tag of ours; what an operator's catalogue adds stands as it is. */
export function useTagText(): (tag: string) => string {
  const t = useTranslations('catalog');
  return (tag) => {
    const known = knownTags.find((one) => one === tag);
    return known === undefined ? tag : t(`tags.${known}`);
  };
}
