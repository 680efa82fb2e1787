import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import { worthRetry } from './api/problem';
import App from './App.vue';
import { createMessages, startLang } from './i18n';
import { storeKey } from './question/context';
import { askAhead } from './question/queries';
import { createStore } from './question/store';
import { applyTheme, startTheme } from './theme/theme';
import './theme/theme.css';

const store = createStore(window);
applyTheme(startTheme(window), window, false);

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A snapshot never changes, so an answer stays true while the page is open.
      staleTime: Infinity,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures: number, error: unknown) => failures < 1 && worthRetry(error),
      retryDelay: 800,
    },
  },
});

// The first answer and the map, by far the largest script, are on their way while the language comes.
void askAhead(queryClient, store.state);
void import('./map/map');
const { i18n, speak } = await createMessages(startLang(store.state.lang, window.localStorage));

createApp(App, { speak }).use(i18n).use(VueQueryPlugin, { queryClient }).provide(storeKey, store).mount('#app');
