/**
 * When to start something again that has ended unexpectedly: soon at first, later each time, and never again once it has
 * ended as often as there are pauses without having run steadily in between.
 * @param {{ pausesMs: readonly number[], steadyAfterMs: number }} options
 */
export function createRestartPolicy({ pausesMs, steadyAfterMs }) {
  let quickEnds = 0;
  return {
    /**
     * @param {number} ranForMs how long it ran before it ended
     * @returns {number | undefined} how long to wait; undefined to give up
     */
    nextPauseMs(ranForMs) {
      if (ranForMs >= steadyAfterMs) quickEnds = 0;
      const pauseMs = pausesMs[quickEnds];
      quickEnds += 1;
      return pauseMs;
    },
  };
}
