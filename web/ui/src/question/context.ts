import { inject, type InjectionKey } from 'vue';
import type { Store } from './store';

/** Where components find the one store. */
export const storeKey: InjectionKey<Store> = Symbol('store');

/** The one store. Throws outside the app: a bug in this program. */
export function useStore(): Store {
  const store = inject(storeKey);
  if (!store) throw new Error('no store provided');
  return store;
}
