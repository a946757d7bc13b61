import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Writes `.br` and `.gz` beside every file worth it, so that the server compresses nothing at run time. */
function precompress(): Plugin {
  let outDir = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true });
      const texts = names.filter((name) => /\.(?:js|css|svg|html)$/.test(name));
      await Promise.all(texts.map((name) => compress(join(outDir, name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < 1024) return;
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}

// Vite reads its configuration from the default export; everything else in the console is a named one.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), precompress()],
  build: {
    target: 'es2022',
    // The server's content security policy allows no data: URLs, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      // A page that uses one part of another feature loads that part, not all that stand beside it in the list.
      treeshake: { moduleSideEffects: [{ test: /[\\/]parts\.ts$/, sideEffects: false }] },
      output: {
        // Libraries change rarely: apart from our code they stay in the browser's cache over releases.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
            { name: 'tanstack', test: /node_modules[\\/](@tanstack|openapi-fetch)[\\/]/, priority: 3 },
            {
              name: 'intl',
              test: /node_modules[\\/](use-intl|@formatjs|intl-messageformat|icu-minify)[\\/]/,
              priority: 3,
            },
            // What most pages need comes in one file, not in forty small ones.
            {
              name: 'ui',
              test: /node_modules[\\/](@mantine|@floating-ui|lucide-react|react-remove-scroll)/,
              minShareCount: 6,
              priority: 2,
            },
            { name: 'shared', test: /src[\\/]shared[\\/]/, minShareCount: 6, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': process.env.CANDOR_API ?? 'http://127.0.0.1:8787',
      '/.well-known': process.env.CANDOR_API ?? 'http://127.0.0.1:8787',
      '/v1': process.env.CANDOR_API ?? 'http://127.0.0.1:8787',
      '/sandbox-cashier': process.env.CANDOR_API ?? 'http://127.0.0.1:8787',
    },
  },
});
