// Loaded before a program that one of our scripts runs: asks it to stop when that script is gone, even killed.
// Processes that the program itself starts inherit this file; the pid tells them that it does not concern them.
if (process.channel && process.env['CANDOR_PARENT_PID'] === String(process.ppid)) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
