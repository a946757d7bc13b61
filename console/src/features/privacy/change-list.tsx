import { useTranslations } from 'use-intl';
import type { PolicyChange } from '../../shared/api/entities.ts';

/** What a new version promises otherwise, one line for each kind of change. */
export function ChangeList({ change }: { change: PolicyChange }) {
  const t = useTranslations('policies');
  const aboutByKind = new Map<PolicyChange['changes'][number]['kind'], string[]>();
  for (const { kind, about } of change.changes)
    aboutByKind.set(kind, [...(aboutByKind.get(kind) ?? []), about]);
  return (
    <>
      <p>{t(`explained.${change.class}`)}</p>
      <ul>
        {[...aboutByKind].map(([kind, abouts]) => (
          <li key={kind}>
            {t(`kinds.${kind}`, { count: abouts.length })}
            {kind.startsWith('recipient') && `: ${abouts.join(', ')}`}
          </li>
        ))}
      </ul>
    </>
  );
}
