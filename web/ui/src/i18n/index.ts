import { createI18n } from 'vue-i18n';
import type { Lang } from './format';
import type { Messages } from './zh';

/** Each language is fetched when it is first spoken. */
const LOADERS: Record<Lang, () => Promise<Messages>> = {
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
};

/** The languages of the page, of which one is spoken now and the other fetched when wanted. */
export async function createMessages(lang: Lang) {
  const i18n = createI18n({
    legacy: false,
    locale: lang,
    fallbackLocale: false,
    messages: { [lang]: await LOADERS[lang]() } as Record<Lang, Messages>,
  });

  /** Fetches a language unless it is there: things are named in both when they are saved. */
  async function learn(other: Lang) {
    const { global } = i18n;
    if (!global.availableLocales.includes(other)) global.setLocaleMessage(other, await LOADERS[other]());
  }

  /** Speaks a language from now on. Errors: when it cannot be fetched; the page then speaks as before. */
  async function speak(to: Lang) {
    await learn(to);
    i18n.global.locale.value = to;
  }
  return { i18n, learn, speak };
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
