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
  let turn = 0;
  let timer: number | undefined;

  function drop() {
    if (picture.value) URL.revokeObjectURL(picture.value);
    picture.value = undefined;
  }

  async function draw() {
    const mine = ++turn;
    drop();
    error.value = undefined;
    const { map, shown, format } = sheet.value!;
    try {
      const blob = await page.map.value?.copy({ center: shown.center, zoom: shown.zoom, width: map.width, height: map.height, ratio: format.ratio });
      if (mine === turn && blob) picture.value = URL.createObjectURL(blob);
    } catch (e) {
      if (mine === turn) error.value = e;
    }
  }

  watch(
    () => sheet.value && JSON.stringify([sheet.value.map.width, sheet.value.map.height, sheet.value.shown, sheet.value.format.ratio]),
    (key, before) => {
      if (!key) return;
      turn++;
      drop();
      window.clearTimeout(timer);
      timer = window.setTimeout(draw, before ? REST_MS : 0);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => {
    turn++;
    window.clearTimeout(timer);
    drop();
  });

  return { picture, error, draw };
}
