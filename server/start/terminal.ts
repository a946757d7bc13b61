/** What `npm start` says to the person in front of it; log lines for machines go through `kernel/log.ts`. */
export interface Terminal {
  say(line: string): void;
  /** A line that replaces the one before it while work goes on; only on a real terminal, else every tenth part. */
  progress(line: string): void;
}

const quietMs = 2_000;

export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  let hasProgress = false;
  let lastAt = -Infinity;
  return {
    say(line) {
      stream.write(hasProgress ? `\n${line}\n` : `${line}\n`);
      hasProgress = false;
    },
    progress(line) {
      if (stream.isTTY) {
        stream.write(`\r\u001b[2K${line}`);
        hasProgress = true;
        return;
      }
      const at = performance.now();
      if (at - lastAt < quietMs) return;
      lastAt = at;
      stream.write(`${line}\n`);
    },
  };
}
