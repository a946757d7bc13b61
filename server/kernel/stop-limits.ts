/**
 * How long the parts of a stop may take. Each limit lies inside the next with room to spare: a part that is broken off
 * needs a moment to say so to the client and to the books before the one around it loses patience.
 */
export const stopLimits = {
  /** Answers that are being written may go on; then they are broken off. */
  answersMs: 10_000,
  /** Running jobs may end; then the next process starts them again. */
  jobsMs: 10_000,
  /** Connections may stay open while what they carried is booked; then they are cut. */
  connectionsMs: 18_000,
  /** The framework waits so long for each part of the application that closes. */
  closingMs: 30_000,
  /** Any one part of the server; then the next is stopped all the same. */
  stepMs: 45_000,
} as const;
