/** A source of standard normal numbers, the same sequence for the same seed on every machine. */
export function gaussianFrom(seed: number): () => number {
  const nextUniform = uniformFrom(seed);
  return () => {
    // Twelve uniform numbers summed: no logarithm or cosine, whose last bits differ between machines.
    let sum = 0;
    for (let i = 0; i < 12; i += 1) sum += nextUniform();
    return sum - 6;
  };
}

function uniformFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // A linear congruential step, then bits mixed: ample for weights that mean nothing.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) >>> 0;
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
}
