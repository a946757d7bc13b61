/** How long a finished copy waits to be downloaded. The declaration of its pieces says the same. */
export const keptMs = 72 * 60 * 60 * 1000;
/** How much longer after a download: whether the last bytes arrived is known to the browser only. */
export const keptAfterDownloadMs = 15 * 60 * 1000;
/** How long the writer or sender of a copy may be silent before another worker may take over. */
export const leaseMs = 60_000;
/** After as many a copy has failed, and the person may ask anew. */
export const maxAttempts = 3;
/** Copies one person may ask for within a day. Each reads everything about them. */
export const maxPerDay = 10;
export const chunkBytes = 256 * 1024;
export const rowsPerBatch = 500;
/** Rows after which the progress is written down. */
export const rowsPerReport = 2000;
