/** Format characters (zero-width spaces, marks of direction), control characters and spaces of every kind. */
const unseen = /[\p{Cf}\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}\s]/gu;

/**
 * An identifier that people copy between systems, in the form in which it is compared and kept unique: full-width
 * letters and digits become plain ones, what cannot be seen is gone, and case means nothing. Applied twice it changes
 * nothing more.
 */
export function normalIdentifier(text: string): string {
  return text.normalize('NFKC').replaceAll(unseen, '').toUpperCase().normalize('NFKC');
}
