/** A phone number as the API takes it (`+8613800138000`); mainland numbers may be written without the country. */
export function normalizePhone(text: string): string | undefined {
  const digits = text.replace(/[\s\-()]/g, '');
  if (/^1[3-9]\d{9}$/.test(digits)) return `+86${digits}`;
  if (/^(?:\+|00)86(1[3-9]\d{9})$/.test(digits)) return `+86${digits.slice(-11)}`;
  if (/^\+(?!86)[1-9]\d{6,14}$/.test(digits)) return digits;
  return undefined;
}

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
}
