/**
 * What draws nothing: format and control characters, spaces of every kind, what Unicode lets a font leave out (the
 * fillers of Hangul are letters and belong here), and the blank signs: a braille pattern without dots, an empty note
 * head, the blanks of Egyptian hieroglyphs, the filler of Khitan.
 */
const unseen =
  /[\p{Cf}\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}\s\u2800\u{1d159}\u{13441}\u{13442}]|\u{16fe4}/gu;

/** What draws nothing itself and shapes its neighbours: joiners, and the variants of emoji and of Mongolian letters. */
const shaping = /[\u200c-\u200d]|[\ufe0e-\ufe0f]|[\u180b-\u180f]/u;

/** The same where there is nothing to shape: joiners belong into emoji and after marks and Arabic letters. */
const idleShaping = new RegExp(
  [
    String.raw`(?<!\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?|(?!\p{Default_Ignorable_Code_Point})[\p{M}\p{Script=Arabic}])[\u200c\u200d]`,
    String.raw`[\u200c\u200d](?![\p{L}\p{Extended_Pictographic}])`,
    String.raw`(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]`,
    String.raw`(?<!(?=\p{L})\p{Script=Mongolian})[\u180b-\u180f]`,
  ].join('|'),
  'gu',
);

/** Whether a text is, or has in it, something that draws nothing. A space is one too. */
export function hasUnseen(text: string): boolean {
  return text.search(unseen) !== -1;
}

/**
 * One line that people read, such as a display name: what draws nothing is left out, spaces of every kind are one plain
 * space. Of a text that draws nothing the empty one is left.
 */
export function shownLine(text: string): string {
  return text
    .replaceAll(unseen, (found) => {
      if (shaping.test(found)) return found;
      return /[\s\p{Z}]/u.test(found) ? ' ' : '';
    })
    .replaceAll(idleShaping, '')
    .replaceAll(/ +/g, ' ')
    .trim();
}

/**
 * An identifier that people copy between systems, in the form in which it is compared and kept unique: full-width
 * letters and digits become plain ones, what cannot be seen is gone, and case means nothing. Applied twice it changes
 * nothing more.
 */
export function normalIdentifier(text: string): string {
  return text.normalize('NFKC').replaceAll(unseen, '').toUpperCase().normalize('NFKC');
}
