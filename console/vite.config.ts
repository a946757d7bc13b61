import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Vite reads its configuration from the default export; everything else in the console is a named one.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    target: 'es2022',
    // The server's content security policy allows no data: URLs, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        // Libraries change rarely: apart from our code they stay in the browser's cache over releases.
        advancedChunks: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
            { name: 'tanstack', test: /node_modules[\\/](@tanstack|openapi-fetch)[\\/]/, priority: 2 },
            { name: 'intl', test: /node_modules[\\/](use-intl|@formatjs|intl-messageformat|icu-minify)[\\/]/, priority: 2 },
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
      '/v1': process.env.CANDOR_API ?? 'http://127.0.0.1:8787',
      '/sandbox-cashier': process.env.CANDOR_API ?? 'http://127.0.0.1:8787',
    },
  },
});
