/**
 * Letters that are taken for another one, after UTS 39 (confusables), for every script a name may be written in. Names
 * are compared in lower case, but people know letters by their capitals too, so `в` stands for `b`.
 */
const confusables: readonly (readonly [string, string])[] = [
  ...pairs('01〇', 'olo'),
  // Latin: dotless, script and small capital letters, letters with a stroke.
  ...pairs(
    'ıɩɪɨǀꞁɑɡɢɣʏɏɯᴡʋᴜʉᴠᴏøᴄᴢƶꜱʀɍᴋᴍᴎɴƞŋʜħᴅđᴇɇᴊȷɉᴘᴛŧɐᴀƀʙłʟꜰ',
    'iiiillaggyyywwuuuvooczzsrrkmnnnnhhddeejjjpttaabbllf',
  ),
  ['æ', 'ae'],
  ['œ', 'oe'],
  // Cyrillic, Greek, Armenian, Hebrew.
  ...pairs('аеорсухіјѕԁԛԝһӏгкмнтвьѵүѡғҽзб', 'aeopcyxijsdqwhlrkmhtbbvywfe36'),
  ...pairs('αορνικτυχγσβηεωμϲϳ', 'aopviktuxyobnewucj'),
  ...pairs('ոօսհցզգայլ', 'nouhgqgajl'),
  ...pairs('סון', 'oll'),
  // Katakana and hiragana beside the characters of Chinese.
  ...pairs('ニハロカエトタセヘリー', '二八口力工卜夕七へり一'),
  ['rn', 'm'],
  ['vv', 'w'],
  ['i', 'l'],
];

/** How a normalised name looks: two names with one skeleton are taken for each other. Accents make no other name. */
export function skeletonOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '');
  return confusables.reduce((text, [from, to]) => text.replaceAll(from, to), plain);
}

function pairs(from: string, to: string): [string, string][] {
  if (from.length !== to.length) throw new Error(`${from} has another length than ${to}`);
  return Array.from(from, (letter, index) => [letter, to.charAt(index)]);
}
