import type { LogLevel } from './log.ts';

/** What the model's thread receives when it starts. */
export interface WorkerOptions {
  weightsPath: string;
  modelId: string;
  socketPath: string;
  port: number | undefined;
  threads: number;
  maxSequences: number;
  maxWaiting: number;
  contextTokens: number;
  defaultTemperature: number;
  defaultTopP: number;
  /** Becomes 1 when everything is freed, for those who cannot wait in any other way. */
  freed: Int32Array;
}

/** What the model's thread says. */
export type WorkerMessage =
  | { type: 'ready'; contextTokens: number; isNonsense: boolean; port: number | undefined }
  | { type: 'failed'; reason: string }
  | { type: 'log'; level: LogLevel; fields: object; message: string };

/** The one thing it can be asked. */
export const stopMessage = 'stop';
