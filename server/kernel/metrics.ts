import { Registry } from 'prom-client';

/** Where modules put what operators watch besides the model gateway. No label names a customer. */
export const platformMetrics = new Registry();
