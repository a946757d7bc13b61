// Where Node itself does not read TypeScript, a worker thread does not inherit the loader of its parent.
if (!Reflect.get(process.features, 'typescript')) (await import('tsx/esm/api')).register();
await import('./model-worker.ts');
