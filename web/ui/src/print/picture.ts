import { onBeforeUnmount, ref, watch, type Ref } from 'vue';
import type { Page } from '../page/page';
import type { Sheet } from './sheet';

/** Typing a title moves the map's edge only now and then; it is drawn once the hand rests. */
const REST_MS = 250;

/** The map of a sheet, drawn anew whenever its size, its place or its fineness changes. */
export function usePicture(page: Page, sheet: Ref<Sheet | undefined>) {
  /** Address of the picture that fits the sheet; undefined while it is drawn. */
  const picture = ref<string>();
  const error = ref<unknown>();
  let work = new AbortController();
  let timer: number | undefined;

  /** Ends what is drawn, and forgets what was. */
  function stop() {
    window.clearTimeout(timer);
    work.abort();
    if (picture.value) URL.revokeObjectURL(picture.value);
    picture.value = error.value = undefined;
  }

  async function draw() {
    stop();
    const { signal } = (work = new AbortController());
    const { map, shown, format } = sheet.value!;
    try {
      const blob = await page.map.value?.copy({
        center: shown.center, zoom: shown.zoom, width: map.width, height: map.height, ratio: format.ratio, signal,
      });
      if (blob && !signal.aborted) picture.value = URL.createObjectURL(blob);
    } catch (e) {
      if (!signal.aborted) error.value = e;
    }
  }

  watch(
    () => sheet.value && JSON.stringify([sheet.value.map.width, sheet.value.map.height, sheet.value.shown, sheet.value.format.ratio]),
    (key, before) => {
      stop();
      if (key) timer = window.setTimeout(draw, before ? REST_MS : 0);
    },
    { immediate: true },
  );
  onBeforeUnmount(stop);

  return { picture, error, draw };
}
