import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compiledTexts } from './build/compile-texts.ts';
import { helpersInLibraries } from './build/helpers-in-libraries.ts';

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

/** The texts of the pages before the sign-in: `coreTexts` and `signInTexts` in `src/app/messages.ts`. */
function signInTexts(language: string): RegExp {
  const places = [
    'app/core-texts',
    'shared/i18n/[a-z]+',
    'features/identity/(?:messages|problems)',
    'features/notifications/problems',
  ];
  return new RegExp(`src/(?:${places.join('|')})\\.${language}\\.ts$`);
}

/** The texts of the first page after the sign-in: the overview's and those of every feature it uses. */
function overviewTexts(language: string): RegExp {
  return new RegExp(
    `features/(?:audit|billing|catalog|identity|overview|privacy|wallet)/.*\\.${language}\\.ts$`,
  );
}

// Vite reads its configuration from the default export; everything else in the console is a named one.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [compiledTexts(), react(), helpersInLibraries(), precompress()],
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
        codeSplitting: {
          groups: [
            // Libraries change rarely: apart from our code they stay in the browser's cache over releases.
            {
              name: 'libraries',
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|openapi-fetch|use-intl|@formatjs)[\\/]/,
              tags: ['$initial'],
              priority: 4,
            },
            // The sign-in is the first page of most visits: its code is one file, its texts are one per language.
            { name: 'start', tags: ['$initial'], priority: 3 },
            { name: 'sign-in.zh', test: signInTexts('zh'), priority: 2 },
            { name: 'sign-in.en', test: signInTexts('en'), priority: 2 },
            { name: 'problems.zh', test: /[\\/]problems\.zh\.ts$/, priority: 1 },
            { name: 'problems.en', test: /[\\/]problems\.en\.ts$/, priority: 1 },
            { name: 'texts.zh', test: overviewTexts('zh'), priority: 0 },
            { name: 'texts.en', test: overviewTexts('en'), priority: 0 },
            // What most other pages need comes in one file, not in forty small ones.
            { name: 'icons', test: /node_modules[\\/]lucide-react[\\/]/, priority: 1 },
            { name: 'pages', test: /node_modules[\\/]|src[\\/]shared[\\/]/, minShareCount: 4, priority: 1 },
            { name: 'parts', test: /src[\\/]features[\\/]/, minShareCount: 3, priority: 0 },
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
