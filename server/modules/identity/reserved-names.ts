import { isIdShaped } from '../../kernel/id.ts';
import { skeletonOf } from './name-skeleton.ts';

/** Words that speak for the installation. Compared by how they look, so that `0perat0r` is one of them. */
const reservedWords = new Set(
  (
    'admin admins administrator root superuser sysadmin system operator operators owner support security privacy ' +
    'official staff moderator service help helpdesk billing abuse noreply postmaster webmaster hostmaster null undefined ' +
    'админ администратор модератор оператор поддержка サポート'
  )
    .split(' ')
    .map(skeletonOf),
);

/** Reserved wherever they stand: our own name, and words of languages that put no spaces between words. */
const reservedParts = 'candor 管理员 管理員 管理者 操作员 操作員 官方 客服 运营 運營 運営 平台 系统 系統 支持'
  .split(' ')
  .map(skeletonOf);

/**
 * Whether a normalised name would be taken for the installation itself: a reserved word alone, between separators or
 * with digits around it; a reserved part anywhere; or an id of ours.
 */
export function isReservedName(name: string): boolean {
  const joined = name.replaceAll(/[._-]/g, '');
  if (isIdShaped(name) || reservedParts.some((part) => skeletonOf(joined).includes(part))) return true;
  return [joined, ...name.split(/[._-]/)]
    .flatMap(withoutOuterDigits)
    .some((word) => reservedWords.has(skeletonOf(word)));
}

/** `0perator1` is also `0perator`: which digit stands for a letter is not known. */
function withoutOuterDigits(word: string): string[] {
  const ends = [word, word.replace(/[0-9]+$/, '')];
  return ends.flatMap((end) => [end, end.replace(/^[0-9]+/, '')]);
}
