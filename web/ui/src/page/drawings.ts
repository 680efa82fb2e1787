import { computed, shallowReactive, shallowRef } from 'vue';
import type { Drawing, Drawn, LonLat, Tool } from '../map/drawing';
import type { Picked } from '../map/pointer';

/** What the panels draw on the map, each under its own name, and the tool in hand. */
export function createDrawings() {
  const drawings = shallowReactive(new Map<string, Drawing>());
  const tool = shallowRef<Tool>();
  let hovered: string | undefined;

  /** Everything drawn; ids are told apart by who drew. */
  const drawn = computed<Drawn[]>(() =>
    [...drawings].flatMap(([owner, { features }]) => features.map((f) => ({ ...f, id: `${owner}/${f.id}` }))),
  );

  function part(id: string): [drawing: Drawing | undefined, id: string] {
    const cut = id.indexOf('/');
    return [drawings.get(id.slice(0, cut)), id.slice(cut + 1)];
  }

  function tell(id: string | undefined, own?: string) {
    if (id !== undefined) part(id)[0]?.hover?.(own);
  }

  return {
    drawn,
    tool,

    /** Draws for an owner, in place of what it drew before; undefined takes it away. */
    draw(owner: string, drawing: Drawing | undefined) {
      if (drawing) drawings.set(owner, drawing);
      else drawings.delete(owner);
    },

    /** What was drawn under this id is chosen. */
    choose(id: string) {
      const [drawing, own] = part(id);
      drawing?.choose?.(own);
    },

    /** The pointer is on what was drawn under this id, or on nothing drawn. */
    hover(id: string | undefined) {
      if (id === hovered) return;
      tell(hovered);
      hovered = id;
      if (id !== undefined) tell(id, part(id)[1]);
    },

    /** Takes a tool in hand, so that clicks on the map are its own; undefined lays it down. */
    take(next: Tool | undefined) {
      const before = tool.value;
      tool.value = next;
      if (before && before !== next) before.end?.();
    },

    place: (at: LonLat, picked?: Picked) => tool.value?.click(at, picked),
    move: (at: LonLat) => tool.value?.move?.(at),
  };
}
