import { isIdShaped } from '../../kernel/id.ts';
import { skeletonOf } from './name-skeleton.ts';

/** Words that speak for the installation. Compared by how they look, so that `0perat0r` is one of them. */
const reservedWords = lookSet(
  'admin admins administrator administrators root superuser sysadmin system operator operators owner support security ' +
    'privacy dpo official staff moderator moderators service help helpdesk billing abuse noreply postmaster webmaster ' +
    'hostmaster null undefined админ администратор модератор оператор поддержка サポート',
);

/** Words for the operator of the installation, which stay that with words of rank or place before or after them. */
const roleWords =
  'administrators administrator admins admin operators operator moderators moderator helpdesk support staff'
    .split(' ')
    .map(reservedLook)
    .join('|');
const rankWords =
  'super root site my web the our sys system net main master chief head lead real true official global user app team group desk bot office'
    .split(' ')
    .map(reservedLook)
    .join('|');
const roleWithRank = new RegExp(`^(?:${rankWords})*(?:${roleWords})(?:${rankWords}|${roleWords})*$`);

/** Reserved wherever they stand: our own name, and words of languages that put no spaces between words. */
const reservedParts = (
  'candor 管理员 管理員 管理者 操作员 操作員 官方 客服 运营 運營 運営 平台 系统 系統 支持 网管 網管 站长 站長 ' +
  '超级用户 超級用戶 超級使用者'
)
  .split(' ')
  .map(reservedLook);

/**
 * Whether a normalised name would be taken for the installation itself: a reserved word alone, between separators, beside
 * another script or with digits around it; a role with words of rank; a reserved part anywhere; or an id of ours.
 */
export function isReservedName(name: string): boolean {
  const joined = name.replaceAll(/[._-]/g, '');
  if (isIdShaped(name) || reservedParts.some((part) => reservedLook(joined).includes(part))) return true;
  return [joined, ...name.split(/[._-]/), ...wordsOfScripts(name)]
    .flatMap(withoutOuterDigits)
    .some((word) => {
      const look = reservedLook(word);
      return reservedWords.has(look) || roleWithRank.test(look);
    });
}

/** `admin张三` is `admin` and `张三`. A digit belongs to the word it stands in. */
function wordsOfScripts(name: string): string[] {
  return name.match(/[\p{Script=Latin}0-9]+|[^\p{Script=Latin}0-9._-]+/gu) ?? [];
}

/** `0perator1` is also `0perator`: which digit stands for a letter is not known. */
function withoutOuterDigits(word: string): string[] {
  const ends = [word, word.replace(/[0-9]+$/, '')];
  return ends.flatMap((end) => [end, end.replace(/^[0-9]+/, '')]);
}

/**
 * The skeleton of a name, in which pairs of letters stand for the one they resemble at a glance. Too coarse for telling
 * two persons apart, whose names may well be Anna and Ama.
 */
function reservedLook(text: string): string {
  return skeletonOf(text).replaceAll('cl', 'd').replaceAll('nn', 'm');
}

function lookSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' ').map(reservedLook));
}
