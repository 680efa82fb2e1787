import { createI18n } from 'vue-i18n';
import { en } from './en';
import type { Lang } from './format';
import { zh } from './zh';

/** The languages of the page; Chinese is the first and the fallback. */
export function createMessages(lang: Lang) {
  return createI18n({
    legacy: false,
    locale: lang,
    fallbackLocale: 'zh',
    messages: { zh, en },
  });
}

const KEY = 'kaimen.lang';

/** The language to start in: the address bar, then the last choice, then Chinese. */
export function startLang(fromUrl: Lang | undefined, storage: Storage): Lang {
  if (fromUrl) return fromUrl;
  return storage.getItem(KEY) === 'en' ? 'en' : 'zh';
}

/** Remembers the language for the next visit. */
export function keepLang(lang: Lang, storage: Storage) {
  storage.setItem(KEY, lang);
}
