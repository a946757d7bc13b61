/** Pictures and sound inside a request: counted by the piece, because the bytes that carry them are not text. */
export interface MediaInput {
  /** Bytes of the request that are their base64. */
  readonly bytes: number;
  readonly tokens: number;
}

/** OpenAI's rule for a picture of 1024 by 1024: 85, and 170 for each of four tiles. Sizes are not looked at. */
export const tokensPerImage = 765;
/** OpenAI counts a token for each 100 ms that is heard. */
const audioTokensPerSecond = 10;
/** Of speech as it is sent: MP3 and Opus have less, 16-bit samples at 16 kHz twice as many. */
const audioBytesPerSecond = 16_000;

const imageName = Buffer.from('"image_url"');
const urlName = Buffer.from('"url"');
const sourceName = Buffer.from('"source"');
const audioName = Buffer.from('"input_audio"');
const dataName = Buffer.from('"data"');
const dataUrl = Buffer.from('data:');
const quote = 0x22;
/** Before the bytes of a part stand at most its format or detail. */
const maxGap = 200;

/** What follows is text, so that no request makes the search longer than its bytes do. */
const maxParts = 1000;

/**
 * Finds the media of the messages between two positions. Names in quotes cannot be text of a person; base64 counts only
 * where a part of a message carries it, and once, so that no text can pass for it.
 */
export function mediaInputOf(body: Buffer, start: number, end: number): MediaInput {
  const text = body.subarray(start, end);
  let bytes = 0;
  let tokens = 0;
  eachPart(text, imageName, /^\s*:\s*["{]/, urlName, (value) => {
    tokens += tokensPerImage;
    if (value?.subarray(0, dataUrl.length).equals(dataUrl) === true) bytes += value.length;
  });
  // A document is counted as the text that it is sent as: how many pages it has is not known.
  eachPart(text, sourceName, /^\s*:\s*\{/, dataName, (value) => {
    if (value !== null && !isPicture(value)) return;
    tokens += tokensPerImage;
    bytes += value?.length ?? 0;
  });
  eachPart(text, audioName, /^\s*:\s*\{/, dataName, (value) => {
    if (value === null) return;
    bytes += value.length;
    tokens += tokensOfSound(value.length);
  });
  return { bytes, tokens };
}

/** Whether base64 begins as a picture of the kinds that Messages take does: PNG, JPEG, GIF, WebP. */
function isPicture(base64: Buffer): boolean {
  return /^(iVBORw0KGgo|\/9j\/|R0lGOD|UklGR)/.test(base64.toString('latin1', 0, 12));
}

/** Tokens of sound of which the length of its base64 is known. */
export function tokensOfSound(base64Bytes: number): number {
  return Math.ceil(((base64Bytes * 3) / 4 / audioBytesPerSecond) * audioTokensPerSecond);
}

/** Visits each part of that name with the string it carries; what stands inside that string is passed over. */
function eachPart(
  text: Buffer,
  name: Buffer,
  opening: RegExp,
  valueName: Buffer,
  visit: (value: Buffer | null) => void,
): void {
  let at = text.indexOf(name);
  for (let parts = 0; at !== -1 && parts < maxParts; parts += 1) {
    let after = at + name.length;
    if (opening.test(text.toString('latin1', after, after + 16))) {
      const value = stringBehind(text, after, valueName);
      visit(value);
      if (value !== null) after = value.byteOffset - text.byteOffset + value.length;
    }
    at = text.indexOf(name, after);
  }
}

/** The string behind a name that follows soon, or that follows at once without it. Base64 holds no quote. */
function stringBehind(text: Buffer, after: number, name: Buffer): Buffer | null {
  const found = text.subarray(after, after + maxGap).indexOf(name);
  const from = found === -1 ? after : after + found + name.length;
  const [gap] = /^\s*:\s*"/.exec(text.toString('latin1', from, from + maxGap)) ?? [];
  if (gap === undefined) return null;
  const start = from + gap.length;
  const end = text.indexOf(quote, start);
  return text.subarray(start, end === -1 ? text.length : end);
}
