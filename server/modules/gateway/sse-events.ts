// Server-sent events as the WHATWG HTML standard defines them (§9.2.5, parsing an event stream).

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from('\ufeff');

/** A line ends in LF, CR or CR LF, so a blank line is any two of these bytes beside each other that are not one CR LF. */
const blankLines = ['\n\n', '\n\r', '\r\r'].map((text) => Buffer.from(text));
const plainBlankLine = Buffer.from('\n\n');

/**
 * One past the blank line that ends the last whole event; 0 when there is none. A CR that stands last may be half of a
 * CR LF, so it ends nothing yet.
 */
export function endOfLastEvent(bytes: Buffer): number {
  const sure = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
  const needles = sure.includes(carriageReturn) ? blankLines : [plainBlankLine];
  const at = Math.max(...needles.map((needle) => sure.lastIndexOf(needle)));
  return at === -1 ? 0 : endOfBlankLine(bytes, at);
}

/** Cuts bytes behind every blank line; together the pieces are the bytes again. */
export function splitEvents(bytes: Buffer): Buffer[] {
  const events: Buffer[] = [];
  eachEvent(bytes, (start, end) => events.push(bytes.subarray(start, end)));
  return events;
}

export function countEvents(bytes: Buffer): number {
  let count = 0;
  eachEvent(bytes, () => {
    count += 1;
  });
  return count;
}

function eachEvent(bytes: Buffer, visit: (start: number, end: number) => void): void {
  const needles = bytes.includes(carriageReturn) ? blankLines : [plainBlankLine];
  // Each needle is searched for again only behind its last hit, so that many events in one read stay linear.
  const next = needles.map((needle) => bytes.indexOf(needle));
  for (let start = 0; start < bytes.length;) {
    let nearest = -1;
    for (const [index, needle] of needles.entries()) {
      let at = next[index] ?? -1;
      if (at !== -1 && at < start) at = next[index] = bytes.indexOf(needle, start);
      if (at !== -1 && (nearest === -1 || at < nearest)) nearest = at;
    }
    const end = nearest === -1 ? bytes.length : endOfBlankLine(bytes, nearest);
    visit(start, end);
    start = end;
  }
}

function endOfBlankLine(bytes: Buffer, at: number): number {
  return bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed ? at + 3 : at + 2;
}

/** One event as a client reads it. */
export interface SseEvent {
  /** Of its last `event:` line; null without one. */
  readonly name: string | null;
  /** The values of its `data` lines, joined by LF; null without one: comments, pings, ids. */
  readonly data: Buffer | null;
  /** Where the data stand in the event when they are one line. */
  readonly dataStart: number | null;
}

/** @param event bytes up to a blank line; one that is missing at the end of a stream makes no difference. */
export function readEvent(event: Buffer): SseEvent {
  let name: string | null = null;
  const values: { readonly start: number; readonly end: number }[] = [];
  eachLine(event, (start, end) => {
    const colon = event.subarray(start, end).indexOf(':');
    const field = event.toString('latin1', start, colon === -1 ? end : Math.min(start + colon, start + 8));
    const value = colon === -1 ? end : start + colon + (event[start + colon + 1] === 0x20 ? 2 : 1);
    if (field === 'data') values.push({ start: Math.min(value, end), end });
    else if (field === 'event') name = event.toString('utf8', Math.min(value, end), end);
  });
  const [first] = values;
  if (first === undefined) return { name, data: null, dataStart: null };
  if (values.length === 1)
    return { name, data: event.subarray(first.start, first.end), dataStart: first.start };
  const lines = values.flatMap(({ start, end }, index) =>
    index === 0 ? [event.subarray(start, end)] : [plainBlankLine.subarray(1), event.subarray(start, end)],
  );
  return { name, data: Buffer.concat(lines), dataStart: null };
}

/** The event with other data; its other lines stay as they are. */
export function withData(event: Buffer, { data, dataStart }: SseEvent, changed: Buffer): Buffer {
  if (data !== null && dataStart !== null) {
    const rest = event.subarray(dataStart + data.length);
    return Buffer.concat([event.subarray(0, dataStart), changed, rest]);
  }
  const kept: string[] = [];
  eachLine(event, (start, end) => {
    const line = event.toString('latin1', start, end);
    if (line !== '' && !/^data(:|$)/.test(line)) kept.push(line);
  });
  const lines = [
    ...kept,
    ...changed
      .toString('latin1')
      .split('\n')
      .map((line) => `data: ${line}`),
  ];
  return Buffer.from(`${lines.join('\n')}\n\n`, 'latin1');
}

/** The first line of a stream may begin with a byte order mark, which is no part of it. */
export function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)
    ? bytes.subarray(byteOrderMark.length)
    : bytes;
}

function eachLine(event: Buffer, visit: (start: number, end: number) => void): void {
  let lf = event.indexOf(lineFeed);
  let cr = event.indexOf(carriageReturn);
  for (let start = 0; start < event.length;) {
    if (lf !== -1 && lf < start) lf = event.indexOf(lineFeed, start);
    if (cr !== -1 && cr < start) cr = event.indexOf(carriageReturn, start);
    const isCarriage = cr !== -1 && (lf === -1 || cr < lf);
    const end = isCarriage ? cr : lf === -1 ? event.length : lf;
    visit(start, end);
    start = end + (isCarriage && lf === end + 1 ? 2 : 1);
  }
}
