import type { ServerResponse } from 'node:http';
import type { Problem } from '../../kernel/problem.ts';
import { askHalfClosed } from './half-closed.ts';
import type { FailureWords } from './protocols/protocol.ts';
import { costHeader, costText, type Receipt } from './receipt.ts';

/** The client's end of an exchange. */
export interface ReplySink {
  /** Nothing of an answer has been sent, so that another may be. */
  readonly isUntouched: boolean;
  /** The client has heard nothing yet, although a whole answer may be ready. */
  readonly hasSentNothing: boolean;
  /** What the client has not taken yet. */
  readonly waitingBytes: number;
  /** A whole body at once, when the reply is completed: JSON, unless it says otherwise. */
  sendWhole(body: Buffer, contentType?: string): void;
  /** A body whose length is not known. */
  startBody(contentType: string): void;
  startStream(): void;
  /**
   * From now on a comment goes out every so many milliseconds until something else does. With the first one the reply is
   * a stream with a good status, so that a failure after it is an event.
   */
  keepAlive(everyMs: number): void;
  /** False when the client reads slower than we write; `onDrain` is called when it has caught up. */
  write(bytes: Buffer): boolean;
  /** Nothing follows but these bytes; they and the end are sent when the reply is completed. */
  end(lastBytes?: Buffer): void;
  /**
   * Sends what only a finished reply may show: the whole body of a reply, the end of one that has begun.
   * @param receipt null where nothing was to be booked.
   */
  complete(receipt: Receipt | null): void;
  /** Says that it failed: by status while untouched, by an error event in a stream, by cutting off a half body. */
  fail(problem: Problem): void;
}

export interface SinkEvents {
  readonly onDrain: () => void;
  /** The client went away before the reply was complete. */
  readonly onGone: () => void;
}

const emptyComment = Buffer.from(':\n\n');
const comment = Buffer.from(': keep-alive\n\n');
/** A client that stops reading is treated as gone after this long. */
const stallMs = 120_000;

export function createReplySink(
  response: ServerResponse,
  requestId: string,
  words: FailureWords,
  events: SinkEvents,
): ReplySink {
  let form: 'body' | 'stream' | null = null;
  let hasBegun = false;
  let comments: NodeJS.Timeout | null = null;
  let stall: NodeJS.Timeout | null = null;
  let last: ((receipt: Receipt | null) => void) | null = null;
  const common = {
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };

  function endStall(): void {
    if (stall !== null) clearTimeout(stall);
    stall = null;
  }
  function endComments(): void {
    if (comments !== null) clearInterval(comments);
    comments = null;
  }
  function writeStreamHead(): void {
    if (form !== null) return;
    form = 'stream';
    // The second name keeps nginx from collecting events before it passes them on.
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      ...common,
      'cache-control': 'no-cache, no-store',
    });
  }
  askHalfClosed(response, () => {
    if (form === 'stream') response.write(emptyComment);
    else if (form === null) response.writeContinue();
    return form === 'body' || response.writableEnded ? 'needless' : 'written';
  });
  response.on('drain', () => {
    endStall();
    events.onDrain();
  });
  response.on('close', () => {
    endStall();
    endComments();
    if (!response.writableFinished) events.onGone();
  });
  // The socket broke while something was on its way; `close` follows and says what that means.
  response.on('error', () => {});

  return {
    get isUntouched() {
      return !hasBegun && last === null;
    },
    get hasSentNothing() {
      return form === null;
    },
    get waitingBytes() {
      return response.writableLength;
    },
    sendWhole(body, contentType = 'application/json') {
      last = (receipt) => {
        form = 'body';
        hasBegun = true;
        response.writeHead(200, {
          'content-type': contentType,
          'content-length': body.length,
          ...common,
          ...(receipt === null ? {} : { [costHeader]: costText(receipt) }),
        });
        response.end(body);
      };
    },
    startBody(contentType) {
      form = 'body';
      hasBegun = true;
      response.writeHead(200, { 'content-type': contentType, ...common });
    },
    startStream() {
      hasBegun = true;
      endComments();
      writeStreamHead();
    },
    keepAlive(everyMs) {
      comments = setInterval(() => {
        writeStreamHead();
        response.write(comment);
      }, everyMs).unref();
    },
    write(bytes) {
      if (response.write(bytes)) return true;
      stall ??= setTimeout(() => response.destroy(), stallMs).unref();
      return false;
    },
    end(lastBytes = Buffer.alloc(0)) {
      last = () => void response.end(lastBytes);
    },
    complete(receipt) {
      if (!response.destroyed) last?.(receipt);
      last = null;
    },
    fail(problem) {
      last = null;
      endComments();
      if (response.writableEnded || response.destroyed) return;
      if (form === 'stream') {
        response.end(words.event(problem));
      } else if (form === 'body') {
        response.destroy();
      } else {
        form = 'body';
        const { status, headers, body } = words.reply(problem);
        response.writeHead(status, { ...common, ...headers, 'content-length': body.length });
        response.end(body);
      }
    },
  };
}
