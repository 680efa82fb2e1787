import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

// The page is served by the same binary that answers the API; in development
// `npm run dev` passes API and tile requests on to a server on port 8080.
const server = process.env.KAIMEN_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // Tells the budget's test which scripts the first visit loads.
    manifest: true,
    rolldownOptions: {
      output: {
        // What the first view needs comes in one script and the map in another,
        // not in thirty that wait for each other.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'] },
            { name: 'map', test: /maplibre-gl|\/src\/map\// },
          ],
        },
      },
    },
    // MapLibre alone is above Vite's default warning; the budget that counts
    // is checked after the build by tests/unit/budget.test.ts.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': server, '/tiles': server, '/openapi.json': server, '/openapi-3.0.json': server, '/docs': server },
  },
});
