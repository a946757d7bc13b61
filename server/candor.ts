import { createProduct, type Product } from './declare/product.ts';
import { jobQueueSink } from './database/job-queue-sink.ts';
import { jobsGivenUp } from './kernel/run-jobs.ts';
import { serverLogSink } from './start/log-sinks.ts';
import { modules } from './modules.ts';

/** A new product of all modules: one for each application in a process. */
export function createCandor(): Product {
  return createProduct(modules, { sinks: [jobQueueSink, serverLogSink], metrics: [jobsGivenUp] });
}
