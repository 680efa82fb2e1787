import { createI18n, useI18n, type Composer } from 'vue-i18n';
import type { Lang } from './format';
import type { Messages } from './zh';

/** Each language is fetched when it is first spoken. */
const LOADERS: Record<Lang, () => Promise<Messages>> = {
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
};

/** What keeps the words of the languages that are there. */
type Kept = Pick<Composer, 'availableLocales' | 'setLocaleMessage'>;

/** Fetches a language unless it is there. */
async function learn(kept: Kept, lang: Lang) {
  if (!kept.availableLocales.includes(lang)) kept.setLocaleMessage(lang, await LOADERS[lang]());
}

/** The languages of the page, of which one is spoken now and the other fetched when wanted. */
export async function createMessages(lang: Lang) {
  const i18n = createI18n({
    legacy: false,
    locale: lang,
    fallbackLocale: false,
    messages: { [lang]: await LOADERS[lang]() } as Record<Lang, Messages>,
  });

  /** Speaks a language from now on. Errors: when it cannot be fetched; the page then speaks as before. */
  async function speak(to: Lang) {
    await learn(i18n.global as Kept, to);
    i18n.global.locale.value = to;
  }
  return { i18n, speak };
}

/**
 * Says something in each language, as what is saved is named. Errors: when one
 * of them cannot be fetched.
 */
export function useBoth() {
  const kept = useI18n({ useScope: 'global' }) as Kept;
  return async (say: (lang: Lang) => string): Promise<Record<Lang, string>> => {
    await Promise.all([learn(kept, 'zh'), learn(kept, 'en')]);
    return { zh: say('zh'), en: say('en') };
  };
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
